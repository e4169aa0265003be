import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { type Child, startChild } from "../frame/servers/child.ts";
import { freePort } from "../frame/servers/free-port.ts";
import type { Memory } from "./memory-of.ts";

/** Opened and closed beforehand, so that what is set up once is not counted. */
const warmUpStreams = 50;
/** The connections of the warm-up are let go of. */
const restMs = 2_000;

/** How many streams are opened, and how long they are left alone before it is measured. */
export interface StreamLoad {
  /** Requests beforehand: V8 then has taken what it takes for whatever is young. */
  readonly visits: number;
  readonly streams: number;
  readonly idleMs: number;
}

/** What each stream on which nothing happens holds of its server's memory, in bytes: Safelight's, and one of Hono alone. */
export async function idleStreams(load: StreamLoad): Promise<{ readonly ours: Memory; readonly bare: Memory }> {
  const folder = await scratchFolder();
  try {
    const url = `file:${join(folder.path, "safelight.db")}`;
    // Side by side: what they hold is no matter of time.
    const [ours, bare] = await Promise.all([
      holdStreams(new URL("./stream-host-script.ts", import.meta.url), url, load),
      holdStreams(new URL("./bare-stream-host-script.ts", import.meta.url), url, load),
    ]);
    return { ours, bare };
  } finally {
    await folder.remove();
  }
}

async function holdStreams(script: URL, url: string, { idleMs, streams, visits }: StreamLoad): Promise<Memory> {
  const port = await freePort();
  const host = await startChild(script, { core: 0, flags: ["--expose-gc"] });
  const readers: Child[] = [];
  try {
    await host.ask("start", { port, url });
    const warmUp = await openStreams(port, warmUpStreams, readers);
    await warmUp.ask("visit", { port, count: visits });
    await warmUp.stop();
    await pause(restMs);
    const empty = await host.ask<Memory>("memory");
    const reader = await openStreams(port, streams, readers);
    await pause(idleMs);
    const full = await host.ask<Memory>("memory");
    const ended = await reader.ask<number>("ended");
    if (ended > 0) throw new Error(`${ended} of ${streams} streams ended by themselves.`);
    return { rss: (full.rss - empty.rss) / streams, heap: (full.heap - empty.heap) / streams };
  } finally {
    for (const reader of readers) await reader.stop();
    await host.stop();
  }
}

async function openStreams(port: number, count: number, readers: Child[]): Promise<Child> {
  const reader = await startChild(new URL("./stream-reader-script.ts", import.meta.url));
  readers.push(reader);
  await reader.ask("open", { port, count });
  return reader;
}
