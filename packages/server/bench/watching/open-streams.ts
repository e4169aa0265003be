import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { bundleScript } from "../../prove/bundle-script.js";
import type { BenchSize, Figure } from "./figure.js";
import { inKb, inMs, type Quantiles, quantilesOf } from "./quantiles.js";
import { type ServerProcess, startServer } from "./server-process.js";
import { submitLatencies } from "./submit-latency.js";

/** Each stream has said something once more by then. */
const beatenMs = 17_000;
/** What was submitted has come to its end, and connections that were kept are let go of. */
const restMs = 6_000;
const warmUpSubmits = 300;
const warmUpStreams = 50;

const mostPerStream = 40_000;
/** What a second run of the same differs by on a machine that does nothing else. */
const noiseMs = 2;

/** Streams that nothing happens on: what each holds, and what the submits of others cost beside them. */
export async function openStreams({ streams, submits, rounds }: BenchSize): Promise<readonly Figure[]> {
  const server = await startServer();
  const readers = await bundleScript(new URL("./reader-script.ts", import.meta.url));
  const open = async (count: number) => {
    const child = fork(readers.path, [String(server.port), String(count)], { execArgv: [] });
    const [message] = await Promise.race([once(child, "message"), once(child, "exit")]);
    if (message !== "open")
      throw new Error("The streams could not be opened: each needs a file here and there (ulimit -n).");
    return {
      /** How many have ended. */
      ended: async (): Promise<number> => {
        const answer = once(child, "message");
        child.send("ended");
        return Number((await answer)[0]);
      },
      close: async () => {
        const ended = once(child, "exit");
        child.kill("SIGKILL");
        await ended;
      },
    };
  };
  try {
    await submitLatencies({ port: server.port, count: warmUpSubmits });
    await (await open(warmUpStreams)).close();
    const before = await roundsOf(server, { submits, rounds });
    await pause(restMs);
    const empty = await server.measure();
    const opened = await open(streams);
    await pause(beatenMs);
    const full = await server.measure();
    const beside = await roundsOf(server, { submits, rounds });
    const ended = await opened.ended();
    await opened.close();
    if (ended > 0) throw new Error(`${ended} of ${streams} streams ended by themselves.`);
    const perStream = (full.rss - empty.rss) / streams;
    return [
      {
        what: `${streams.toLocaleString("en-US")} open streams: memory of each (RSS of the server, after gc)`,
        measured: inKb(perStream),
        goal: `≤ ${inKb(mostPerStream)}`,
        isMet: perStream <= mostPerStream,
      },
      {
        what: "of that on the JavaScript heap, and beside it in buffers",
        measured: `${inKb((full.heapUsed - empty.heapUsed) / streams)}, ${inKb((full.external - empty.external) / streams)}`,
        goal: "",
        isMet: null,
      },
      {
        what: "submits of others, 100 a second, without the streams: p50, p99",
        measured: before.map(toText).join(" · "),
        goal: "",
        isMet: null,
      },
      {
        what: "the same beside the streams: p50, p99",
        measured: beside.map(toText).join(" · "),
        goal: "within the noise",
        isMet: middle(beside, "p50") - middle(before, "p50") <= noiseMs && isWithin(beside, before),
      },
    ];
  } finally {
    await server.close();
    await readers.remove();
  }
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

/** The p99 of one round may be twice that of another one for no reason. */
function isWithin(beside: readonly Quantiles[], before: readonly Quantiles[]): boolean {
  return middle(beside, "p99") <= Math.max(2 * middle(before, "p99"), middle(before, "p99") + noiseMs);
}

function middle(rounds: readonly Quantiles[], which: "p50" | "p99"): number {
  return quantilesOf(rounds.map((round) => round[which])).p50;
}

function toText({ p50, p99 }: Quantiles): string {
  return `${inMs(p50)}, ${inMs(p99)}`;
}
