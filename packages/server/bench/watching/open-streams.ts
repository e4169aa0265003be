import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { bundleScript } from "../../prove/bundle-script.js";
import type { BenchSize, Figure } from "./figure.js";
import { inKb, inMb, inMs, type Quantiles, quantilesOf } from "./quantiles.js";
import { type ServerHoldings, type ServerProcess, startServer } from "./server-process.js";
import { submitLatencies } from "./submit-latency.js";

/** Each stream has said something several times by then, and pages that V8 has reserved are in use. */
const beatenMs = 80_000;
/** What was submitted has come to its end, and connections that were kept are let go of. */
const restMs = 6_000;
/** Enough for everything to be compiled, and too little for much to be left behind. */
const warmUpSubmits = 300;
const warmUpStreams = 50;

const mostPerStream = 40_000;
/** How much slower than the slowest round without streams the middle one beside them may be: what their signs of life take. */
const mostSlower = 1.1;

/** Streams that nothing happens on: what each holds, and what the submits of others cost beside them. */
export async function openStreams(size: BenchSize): Promise<readonly Figure[]> {
  const readers = await bundleScript(new URL("./reader-script.ts", import.meta.url));
  try {
    return [...(await memoryOfStreams(readers.path, size)), ...(await submitsBeside(readers.path, size))];
  } finally {
    await readers.remove();
  }
}

/** In a process of its own: one that has done a lot before has room already, and what takes that seems to cost nothing. */
async function memoryOfStreams(readers: string, { streams }: BenchSize): Promise<readonly Figure[]> {
  const server = await startServer();
  try {
    await submitLatencies({ port: server.port, count: warmUpSubmits });
    await (await open(readers, server, warmUpStreams)).close();
    await pause(restMs);
    const empty = await server.measure();
    const opened = await open(readers, server, streams);
    await pause(beatenMs);
    const full = await server.measure();
    await opened.close();
    const each = (of: (holdings: ServerHoldings) => number): number => (of(full) - of(empty)) / streams;
    const perStream = Math.max(
      each(({ rss, young }) => rss - young),
      each(({ heapUsed, external }) => heapUsed + external),
    );
    return [
      {
        what: `${streams.toLocaleString("en-US")} open streams: memory of each (RSS of a new server without V8's young generation, after gc)`,
        measured: inKb(perStream),
        goal: `≤ ${inKb(mostPerStream)}`,
        isMet: perStream <= mostPerStream,
      },
      {
        what: "of that on the JavaScript heap, and beside it in buffers",
        measured: `${inKb(each(({ heapUsed }) => heapUsed))}, ${inKb(each(({ external }) => external))}`,
        goal: "",
        isMet: null,
      },
      {
        what: "V8's young generation, which any load makes as large once: before, and beside the streams",
        measured: `${inMb(empty.young)}, ${inMb(full.young)}`,
        goal: "",
        isMet: null,
      },
    ];
  } finally {
    await server.close();
  }
}

async function submitsBeside(readers: string, size: BenchSize): Promise<readonly Figure[]> {
  const server = await startServer();
  try {
    await submitLatencies({ port: server.port, count: warmUpSubmits });
    const before = await roundsOf(server, size);
    const opened = await open(readers, server, size.streams);
    await pause(restMs);
    const beside = await roundsOf(server, size);
    await opened.close();
    await pause(restMs);
    const without = [...before, ...(await roundsOf(server, size))];
    const isUnaffected = (which: "p50" | "p99"): boolean =>
      middle(beside, which) <= mostSlower * Math.max(...without.map((round) => round[which]));
    return [
      {
        what: "submits of others, 100 a second, without the streams, before and after: p50, p99",
        measured: without.map(toText).join(" · "),
        goal: "",
        isMet: null,
      },
      {
        what: "the same beside the streams: p50, p99",
        measured: beside.map(toText).join(" · "),
        goal: "in the middle at most a tenth more than the slowest without",
        isMet: isUnaffected("p50") && isUnaffected("p99"),
      },
    ];
  } finally {
    await server.close();
  }
}

/** Streams that somebody reads. */
async function open(readers: string, { port }: ServerProcess, count: number): Promise<{ close(): Promise<void> }> {
  const child = fork(readers, [String(port), String(count)], { execArgv: [] });
  const [message] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (message !== "open")
    throw new Error("The streams could not be opened: each needs a file here and there (ulimit -n).");
  return {
    /** @throws where one has ended meanwhile. */
    async close() {
      const answer = once(child, "message");
      child.send("ended");
      const [ended] = await answer;
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
      if (ended !== 0) throw new Error(`${ended} of ${count} streams ended by themselves.`);
    },
  };
}

async function roundsOf(
  { port }: ServerProcess,
  { submits, rounds }: Pick<BenchSize, "submits" | "rounds">,
): Promise<readonly Quantiles[]> {
  const results: Quantiles[] = [];
  while (results.length < rounds) {
    results.push(quantilesOf(await submitLatencies({ port, count: submits })));
    await pause(restMs / 6);
  }
  return results;
}

function middle(rounds: readonly Quantiles[], which: "p50" | "p99"): number {
  return quantilesOf(rounds.map((round) => round[which])).p50;
}

function toText({ p50, p99 }: Quantiles): string {
  return `${inMs(p50)}, ${inMs(p99)}`;
}
