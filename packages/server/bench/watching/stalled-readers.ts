import { setTimeout as pause } from "node:timers/promises";
import { type AnySafelightClient, createSafelightClient } from "@safelight/client";
import { isTerminal } from "@safelight/client/contract";
import type { BenchSize, Figure } from "./figure.js";
import { inKb, inMb } from "./quantiles.js";
import { type ServerProcess, startServer } from "./server-process.js";
import { StalledReader } from "./stalled-reader.js";

/** For each reader, and as long as they may be: a system takes up to 4 MB for one that does not read before it says so. */
const generationsEach = 80;
const prompt = "x".repeat(60_000);
const submitsAtOnce = 4;
/** The server lets go of a reader that takes nothing for a minute. */
const patienceMs = 90_000;
/** An event that waits for its reader, as text and as bytes, and what a stream holds anyway. */
const mostPerReader = 250_000;
/** What is held for all of them, and what takes in 60 kB at each submit. */
const mostGrowth = 200_000_000;

/** Readers that stop reading while a lot is to be told: what the server holds for them, and what becomes of them. */
export async function stalledReaders({ stalledReaders: count }: BenchSize): Promise<readonly Figure[]> {
  const server = await startServer();
  const readers = Array.from({ length: count }, (_, index) => new StalledReader(server.port, `stalled-${index}`));
  try {
    // The same without readers, so that what is held for readers can be told from what submits leave behind.
    await fill(server, "nobody", count);
    const before = await server.measure();
    for (const reader of readers) await reader.stall();
    const watch = watchMemory(server);
    await fill(server, "stalled", count);
    const held = await server.measure();
    const began = performance.now();
    // Those of the submits are let go of within seconds; what is left belongs to the readers.
    let left = held.connections;
    while (left > 0 && performance.now() - began < patienceMs) {
      await pause(500);
      left = (await server.measure()).connections;
    }
    const peak = await watch.stop();
    const seconds = (performance.now() - began) / 1_000;
    if (left > 0) throw new Error(`${left} readers are still held after ${patienceMs / 1_000} s.`);
    const missing = await comeBack(server, readers);
    const resyncs = readers.reduce((sum, reader) => sum + reader.resyncs, 0);
    const perReader = (held.heapUsed + held.external - before.heapUsed - before.external) / count;
    const growth = peak - before.rss;
    const told = count * generationsEach * prompt.length;
    return [
      {
        what: `${count} readers that stop reading, at least ${inMb(told)} to be told: held for each (heap and buffers, after gc)`,
        measured: inKb(perReader),
        goal: `≤ ${inKb(mostPerReader)}`,
        isMet: perReader <= mostPerReader,
      },
      {
        what: "RSS of the server before, and at its peak meanwhile",
        measured: `${inMb(before.rss)}, ${inMb(peak)}`,
        goal: `≤ ${inMb(mostGrowth)} more`,
        isMet: growth <= mostGrowth,
      },
      {
        what: "of them let go of by the server, and after how long",
        measured: `all of them, the last one after ${seconds.toFixed(0)} s`,
        goal: `all within ${patienceMs / 1_000} s`,
        isMet: true,
      },
      {
        what: "missed by them when they come back, and told to read everything again",
        measured: `${missing} generations, ${resyncs} readers`,
        goal: "0, or told so",
        isMet: missing === 0,
      },
    ];
  } finally {
    for (const reader of readers) reader.close();
    await server.close();
  }
}

/** Submits a lot for each of the owners, and waits until all of it has ended. */
async function fill({ port }: ServerProcess, owners: string, count: number): Promise<void> {
  let next = 0;
  const submit = async (): Promise<void> => {
    for (let index = next++; index < count * generationsEach; index = next++) {
      const client = clientOf(port, `${owners}-${index % count}`);
      const { generation } = await client.submit("demo", { prompt, developMs: 0 });
      await client.wait(generation.id);
    }
  };
  await Promise.all(Array.from({ length: submitsAtOnce }, submit));
}

/** @returns how many generations were not told in their last version. */
async function comeBack({ port }: ServerProcess, readers: readonly StalledReader[]): Promise<number> {
  let missing = 0;
  for (const [index, reader] of readers.entries()) {
    await reader.readOn();
    const client = clientOf(port, `stalled-${index}`);
    const { sequence } = await client.active();
    await reader.comeBack(sequence);
    const { generations } = await client.list({ limit: 100 });
    missing += generations.filter((each) => !isTerminal(each) || reader.versions.get(each.id) !== each.version).length;
  }
  return missing;
}

/** Looks on without collecting anything. */
function watchMemory(server: ServerProcess): { stop(): Promise<number> } {
  let peak = 0;
  let isOver = false;
  const look = async (): Promise<void> => {
    while (!isOver) {
      peak = Math.max(peak, await server.rss());
      await pause(200);
    }
  };
  const end = look();
  return {
    async stop() {
      isOver = true;
      await end;
      return peak;
    },
  };
}

function clientOf(port: number, owner: string): AnySafelightClient {
  return createSafelightClient({ baseUrl: `http://127.0.0.1:${port}`, headers: { authorization: owner } });
}
