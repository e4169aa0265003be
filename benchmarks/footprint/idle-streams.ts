import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../scripts/free-port.ts";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { type Child, startChild } from "../frame/servers/child.ts";
import type { Memory } from "./memory-of.ts";

/** Streams opened and closed beforehand, so that one-time allocations are not counted. */
const warmUpStreams = 50;
/** Lets the server close the connections of the warm-up. */
const restMs = 2_000;

/** Number of streams, and their idle time before the measurement. */
export interface StreamLoad {
  /** Requests beforehand, so that V8 has allocated its young generation. */
  readonly visits: number;
  readonly streams: number;
  readonly idleMs: number;
}

/** Bytes per idle stream in the server's memory: of Safelight, and of Hono alone. */
export async function idleStreams(load: StreamLoad): Promise<{ readonly ours: Memory; readonly bare: Memory }> {
  const folder = await scratchFolder();
  try {
    const url = `file:${join(folder.path, "safelight.db")}`;
    // Concurrent, since the time does not affect memory.
    const [ours, bare] = await Promise.all([
      holdStreams(new URL("./stream-host-script.ts", import.meta.url), { url, load }),
      holdStreams(new URL("./bare-stream-host-script.ts", import.meta.url), { url, load }),
    ]);
    return { ours, bare };
  } finally {
    await folder.remove();
  }
}

async function holdStreams(
  script: URL,
  { url, load: { idleMs, streams, visits } }: { readonly url: string; readonly load: StreamLoad },
): Promise<Memory> {
  const port = await freePort();
  const host = await startChild(script, { core: 0, flags: ["--expose-gc"] });
  const readers: Child[] = [];
  try {
    await host.run("start", { port, url });
    const warmUp = await openStreams(port, { count: warmUpStreams, readers });
    await warmUp.run("visit", { port, count: visits });
    await warmUp.stop();
    await pause(restMs);
    const empty = await host.run<Memory>("memory");
    const reader = await openStreams(port, { count: streams, readers });
    await pause(idleMs);
    const full = await host.run<Memory>("memory");
    const ended = await reader.run<number>("ended");
    if (ended > 0) throw new Error(`${ended} of ${streams} streams ended early.`);
    return { rss: (full.rss - empty.rss) / streams, heap: (full.heap - empty.heap) / streams };
  } finally {
    for (const reader of readers) await reader.stop();
    await host.stop();
  }
}

async function openStreams(
  port: number,
  { count, readers }: { readonly count: number; readonly readers: Child[] },
): Promise<Child> {
  const reader = await startChild(new URL("./stream-reader-script.ts", import.meta.url));
  readers.push(reader);
  await reader.run("open", { port, count });
  return reader;
}
