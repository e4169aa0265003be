import { setTimeout as pause } from "node:timers/promises";
import { type AnySafelightClient, createSafelightClient } from "@safelight/client";
import { isTerminal } from "@safelight/client/contract";
import type { BenchSize, Figure } from "./figure.ts";
import { inKb, inMb } from "./quantiles.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { StalledReader } from "./stalled-reader.ts";

/** Per reader, with the maximum prompt: the system buffers up to 4 MB for a client that does not read. */
const generationsEach = 80;
const prompt = "x".repeat(60_000);
const submitsAtOnce = 4;
/** The server closes the stream of a reader that reads nothing for a minute. */
const closeWithinMs = 90_000;
/** A pending event as text and as bytes, and the memory of an idle stream. */
const maxPerReader = 250_000;
/** Memory of all readers, and of submits with 60 kB each. */
const maxGrowth = 200_000_000;

/** Readers that stop reading while many events are sent: their memory in the server, and the time until it closes them. */
export async function stalledReaders({ stalledReaders: count }: BenchSize): Promise<readonly Figure[]> {
  const server = await startServer();
  const readers = Array.from({ length: count }, (_, index) => new StalledReader(server.port, `stalled-${index}`));
  try {
    // The same load without readers, to separate their memory from that of the submits.
    await fill(server, { owners: "unwatched", count });
    const before = await server.measure();
    for (const reader of readers) await reader.stall();
    const watch = watchMemory(server);
    await fill(server, { owners: "stalled", count });
    const held = await server.measure();
    const began = performance.now();
    // Connections of submits close within seconds; the remaining ones belong to the readers.
    let left = held.connections;
    while (left > 0 && performance.now() - began < closeWithinMs) {
      await pause(500);
      left = (await server.measure()).connections;
    }
    const peak = await watch.stop();
    const seconds = (performance.now() - began) / 1_000;
    if (left > 0) throw new Error(`${left} readers are still connected after ${closeWithinMs / 1_000} s.`);
    const missing = await resume(server, readers);
    const resyncs = readers.reduce((sum, reader) => sum + reader.resyncs, 0);
    const perReader = (held.heapUsed + held.external - before.heapUsed - before.external) / count;
    const growth = peak - before.rss;
    const sent = count * generationsEach * prompt.length;
    return [
      {
        what: `${count} readers that stop reading, with at least ${inMb(sent)} to send: memory per reader (heap and buffers, after gc)`,
        measured: inKb(perReader),
        goal: `≤ ${inKb(maxPerReader)}`,
        isMet: perReader <= maxPerReader,
      },
      {
        what: "RSS of the server before, and its maximum",
        measured: `${inMb(before.rss)}, ${inMb(peak)}`,
        goal: `≤ ${inMb(maxGrowth)} more`,
        isMet: growth <= maxGrowth,
      },
      {
        what: "time until the server has closed them",
        measured: `all of them, the last one after ${seconds.toFixed(0)} s`,
        goal: `all within ${closeWithinMs / 1_000} s`,
        isMet: true,
      },
      {
        what: "generations missing after they resume, and readers with a resync",
        measured: `${missing} generations, ${resyncs} readers`,
        goal: "0 generations",
        isMet: missing === 0,
      },
    ];
  } finally {
    for (const reader of readers) reader.close();
    await server.close();
  }
}

/** Submits many generations for each owner, and waits until all have ended. */
async function fill(
  { port }: ServerProcess,
  { owners, count }: { readonly owners: string; readonly count: number },
): Promise<void> {
  let next = 0;
  const submit = async (): Promise<void> => {
    for (let index = next++; index < count * generationsEach; index = next++) {
      const client = clientOf(port, `${owners}-${index % count}`);
      const { generation } = await client.submit("demo", { prompt, jobMs: 0 });
      await client.wait(generation.id);
    }
  };
  await Promise.all(Array.from({ length: submitsAtOnce }, submit));
}

/** @returns the number of generations whose last version was not received. */
async function resume({ port }: ServerProcess, readers: readonly StalledReader[]): Promise<number> {
  let missing = 0;
  for (const [index, reader] of readers.entries()) {
    await reader.readToEnd();
    const client = clientOf(port, `stalled-${index}`);
    const { sequence } = await client.active();
    await reader.resume(sequence);
    const { generations } = await client.list({ limit: 100 });
    missing += generations.filter((each) => !isTerminal(each) || reader.versions.get(each.id) !== each.version).length;
  }
  return missing;
}

/** Samples the memory without a garbage collection. */
function watchMemory(server: ServerProcess): { stop(): Promise<number> } {
  let peak = 0;
  let isOver = false;
  const sample = async (): Promise<void> => {
    while (!isOver) {
      peak = Math.max(peak, await server.rss());
      await pause(200);
    }
  };
  const end = sample();
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
