import { setTimeout as pause } from "node:timers/promises";
import { medianOf } from "../frame/quantiles.ts";
import { startChild } from "../frame/servers/child.ts";
import type { BenchSize, Figure } from "./figure.ts";
import { inKb, inMb, inMs, type Quantiles, quantilesOf } from "./quantiles.ts";
import { type ServerProcess, type ServerResources, startServer } from "./server-process.ts";
import { submitLatencies } from "./submit-latency.ts";

/** Each stream has sent several heartbeats by then, and V8 uses the pages that it has reserved. */
const heartbeatsMs = 80_000;
/** By then the submitted generations have ended, and idle connections are closed. */
const restMs = 6_000;
/** Enough to compile all code, and too few to leave much memory allocated. */
const warmUpSubmits = 300;
const warmUpStreams = 50;

const maxPerStream = 40_000;
/** Maximum ratio of the median round with streams to the slowest round without: the cost of their heartbeats. */
const maxSlowdown = 1.1;

/** Idle streams: the memory of each, and their effect on the submits of other owners. */
export async function openStreams(size: BenchSize): Promise<readonly Figure[]> {
  return [...(await memoryOfStreams(size)), ...(await submitsBeside(size))];
}

/** In a new process, since one that has worked before has free memory, which would hide the cost. */
async function memoryOfStreams({ streams }: BenchSize): Promise<readonly Figure[]> {
  const server = await startServer();
  try {
    await submitLatencies({ port: server.port, count: warmUpSubmits });
    await (await open(server, warmUpStreams)).close();
    await pause(restMs);
    const empty = await server.measure();
    const opened = await open(server, streams);
    await pause(heartbeatsMs);
    const full = await server.measure();
    await opened.close();
    const each = (of: (holdings: ServerResources) => number): number => (of(full) - of(empty)) / streams;
    const perStream = Math.max(
      each(({ rss, young }) => rss - young),
      each(({ heapUsed, external }) => heapUsed + external),
    );
    return [
      {
        what: `${streams.toLocaleString("en-US")} open streams: memory per stream (RSS of a new server without V8's young generation, after gc)`,
        measured: inKb(perStream),
        goal: `≤ ${inKb(maxPerStream)}`,
        isMet: perStream <= maxPerStream,
      },
      {
        what: "of that on the JavaScript heap, and in buffers outside it",
        measured: `${inKb(each(({ heapUsed }) => heapUsed))}, ${inKb(each(({ external }) => external))}`,
        goal: "",
        isMet: null,
      },
      {
        what: "V8's young generation, which grows to this size once under any load: before, and with the streams",
        measured: `${inMb(empty.young)}, ${inMb(full.young)}`,
        goal: "",
        isMet: null,
      },
    ];
  } finally {
    await server.close();
  }
}

async function submitsBeside(size: BenchSize): Promise<readonly Figure[]> {
  const server = await startServer();
  try {
    await submitLatencies({ port: server.port, count: warmUpSubmits });
    const before = await roundsOf(server, size);
    const opened = await open(server, size.streams);
    await pause(restMs);
    const beside = await roundsOf(server, size);
    await opened.close();
    await pause(restMs);
    const without = [...before, ...(await roundsOf(server, size))];
    const isUnaffected = (which: "p50" | "p99"): boolean =>
      middle(beside, which) <= maxSlowdown * Math.max(...without.map((round) => round[which]));
    return [
      {
        what: "submits of other owners, 100 a second, without the streams, before and after: p50, p99",
        measured: without.map(toText).join(" · "),
        goal: "",
        isMet: null,
      },
      {
        what: "the same with the streams: p50, p99",
        measured: beside.map(toText).join(" · "),
        goal: "median at most a tenth above the slowest without",
        isMet: isUnaffected("p50") && isUnaffected("p99"),
      },
    ];
  } finally {
    await server.close();
  }
}

/** Opens streams in a process that reads them. */
async function open({ port }: ServerProcess, count: number): Promise<{ close(): Promise<void> }> {
  const child = await startChild(new URL("./reader-script.ts", import.meta.url));
  await child.run("open", { port, count }).catch((cause: unknown) => {
    throw new Error("Could not open the streams: each needs a file in two processes (ulimit -n).", { cause });
  });
  return {
    /** @throws {Error} when a stream ended early. */
    async close() {
      const ended = await child.run<number>("ended");
      await child.stop();
      if (ended !== 0) throw new Error(`${ended} of ${count} streams ended early.`);
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
  return medianOf(rounds.map((round) => round[which]));
}

function toText({ p50, p99 }: Quantiles): string {
  return `${inMs(p50)}, ${inMs(p99)}`;
}
