import { setTimeout as pause } from "node:timers/promises";
import { cpuSeconds } from "../frame/cpu-time.ts";
import { quantileOf } from "../frame/quantiles.ts";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { startChild } from "../frame/servers/child.ts";
import { withCleanup } from "../frame/with-cleanup.ts";
import type { Counts } from "./counted-server.ts";
import type { Load, Seen, Watching } from "./watching.ts";

/** How much is watched, and for how long. */
export interface WatchingSize {
  readonly browsers: number;
  readonly spreadMs: number;
  readonly developMs: readonly [number, number];
  /** After the last end is due: for everybody the same, so that all are measured over the same time. */
  readonly restMs: number;
  /** Those of the pollers. */
  readonly intervalsMs: readonly number[];
}

/** What one way of watching took. */
export interface WatchingFigures {
  readonly [name: string]: number;
  /** That reached the server, but for the submits. */
  readonly requests: number;
  /** Of the process of the server, over the whole time. */
  readonly cpuSeconds: number;
  readonly bytes: number;
  /** From the answer of the provider to the browser, in milliseconds. `NaN` where nobody looks. */
  readonly lateP50: number;
  readonly lateP99: number;
  readonly windowSeconds: number;
  /** Requests that no answer came to. */
  readonly failures: number;
}

const serverScript = new URL("./server-script.ts", import.meta.url);
const lookMs = 100;
const loadScript = new URL("./load-script.ts", import.meta.url);

/** Lets browsers come to a new server and see their ends. */
export function measureWatching(watching: Watching, size: WatchingSize): Promise<WatchingFigures> {
  const { browsers: count, developMs, restMs, spreadMs } = size;
  const browsers = Array.from({ length: count }, (_, index) => `browser-${index}`);
  return withCleanup(async (defer) => {
    const folder = await scratchFolder();
    defer(() => folder.remove());
    const server = await startChild(serverScript, { core: 0 });
    defer(() => server.stop());
    const load = await startChild(loadScript, { core: 1 });
    defer(() => load.stop());
    const port = await server.ask<number>("start", { folder: folder.path });
    const cpuBefore = cpuSeconds(server.pid);
    const began = performance.now();
    const order: Load = { port, browsers, spreadMs, developMs, watching };
    const seen = await load.ask<Seen>("run", order);
    await pause(Math.max(0, spreadMs + developMs[1] + restMs - (performance.now() - began)));
    // Where nobody looks, or the machine is busy, some may still be under way.
    while ((await server.ask<number>("settled")) < count) await pause(lookMs);
    const windowSeconds = (performance.now() - began) / 1_000;
    const cpu = cpuSeconds(server.pid) - cpuBefore;
    const counts = await server.ask<Counts>("counts");
    const answeredAt = await server.ask<ReadonlyMap<string, number>>("answeredAt");
    const completed = await server.ask<number>("completed", browsers);
    if (completed !== count) throw new Error(`Only ${completed} of ${count} generations were completed.`);
    const mustSee = watching.by === "nobody" ? 0 : count;
    if (seen.at.size !== mustSee) throw new Error(`${seen.at.size} of ${mustSee} browsers saw their end.`);
    const late = [...seen.at].map(([browser, at]) => at - (answeredAt.get(browser) ?? NaN));
    return {
      requests: counts.watching,
      cpuSeconds: cpu,
      bytes: counts.bytes,
      lateP50: quantileOf(late, 0.5),
      lateP99: quantileOf(late, 0.99),
      windowSeconds,
      failures: seen.failures,
    };
  });
}
