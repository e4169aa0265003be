import { setTimeout as pause } from "node:timers/promises";
import { cpuSeconds } from "../frame/cpu-time.ts";
import { quantileOf } from "../frame/quantiles.ts";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { startChild } from "../frame/servers/child.ts";
import { withCleanup } from "../frame/with-cleanup.ts";
import type { Counts } from "./counted-server.ts";
import type { Load, Seen, Watching } from "./watching.ts";

/** Size of a run. */
export interface WatchingSize {
  readonly browsers: number;
  readonly spreadMs: number;
  readonly jobMs: readonly [number, number];
  /** Wait after the last end is due: the same in each run, so that all measure the same period. */
  readonly restMs: number;
  /** Intervals of the pollers. */
  readonly intervalsMs: readonly number[];
}

/** Figures of one run. */
export interface WatchingFigures {
  readonly [name: string]: number;
  /** Requests that reached the server, without the submits. */
  readonly requests: number;
  /** Processor time of the server's process over the whole run. */
  readonly cpuSeconds: number;
  readonly bytes: number;
  /** From the provider's result to the browser, in milliseconds. `NaN` without watchers. */
  readonly delayP50: number;
  readonly delayP99: number;
  readonly windowSeconds: number;
  /** Requests without a response. */
  readonly failures: number;
}

const serverScript = new URL("./server-script.ts", import.meta.url);
const checkEveryMs = 100;
const loadScript = new URL("./load-script.ts", import.meta.url);

/** Runs the browsers against a new server until each has received its end. */
export function measureWatching(watching: Watching, size: WatchingSize): Promise<WatchingFigures> {
  const { browsers: count, jobMs, restMs, spreadMs } = size;
  const browsers = Array.from({ length: count }, (_, index) => `browser-${index}`);
  return withCleanup(async (defer) => {
    const folder = await scratchFolder();
    defer(() => folder.remove());
    const server = await startChild(serverScript, { core: 0 });
    defer(() => server.stop());
    const load = await startChild(loadScript, { core: 1 });
    defer(() => load.stop());
    const port = await server.run<number>("start", { folder: folder.path });
    const cpuBefore = cpuSeconds(server.pid);
    const began = performance.now();
    const order: Load = { port, browsers, spreadMs, jobMs, watching };
    const seen = await load.run<Seen>("run", order);
    await pause(Math.max(0, spreadMs + jobMs[1] + restMs - (performance.now() - began)));
    // Without watchers, or on a busy machine, some generations may still be active.
    while ((await server.run<number>("settled")) < count) await pause(checkEveryMs);
    const windowSeconds = (performance.now() - began) / 1_000;
    const cpu = cpuSeconds(server.pid) - cpuBefore;
    const counts = await server.run<Counts>("counts");
    const resultAt = await server.run<ReadonlyMap<string, number>>("resultAt");
    const completed = await server.run<number>("completed", browsers);
    if (completed !== count) throw new Error(`Only ${completed} of ${count} generations completed.`);
    const mustSee = watching.by === "none" ? 0 : count;
    if (seen.at.size !== mustSee) throw new Error(`${seen.at.size} of ${mustSee} browsers received their end.`);
    const delays = [...seen.at].map(([browser, at]) => at - (resultAt.get(browser) ?? NaN));
    return {
      requests: counts.watching,
      cpuSeconds: cpu,
      bytes: counts.bytes,
      delayP50: quantileOf(delays, 0.5),
      delayP99: quantileOf(delays, 0.99),
      windowSeconds,
      failures: seen.failures,
    };
  });
}
