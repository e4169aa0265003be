import type { Absent, Contender } from "../frame/compare.ts";
import { quantileOf } from "../frame/quantiles.ts";
import { type HostDatabase, openFile, withHost } from "../frame/servers/host.ts";
import { startPostgres } from "../frame/servers/postgres-server.ts";
import { startRedis } from "../frame/servers/redis-server.ts";

/** In milliseconds. */
export type WakeFigures = {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
};

export const safelight = "Safelight";

const ours = new URL("safelight-script.ts", import.meta.url);
const bullmq = new URL("../peers/wake/bullmq-script.ts", import.meta.url);
const pgBoss = new URL("../peers/wake/pg-boss-script.ts", import.meta.url);
const graphileWorker = new URL("../peers/wake/graphile-worker-script.ts", import.meta.url);

/** All contenders, measured `count` times per round. */
export function wakeContenders(count: number): readonly Contender<WakeFigures>[] {
  const contender = (
    name: string,
    script: URL,
    open: () => Promise<HostDatabase | Absent>,
    isTuned = false,
  ): Contender<WakeFigures> => ({
    name,
    measure: () =>
      withHost({ script, open }, { isTuned }, async (host) => {
        // Opens connections, prepares statements and compiles code, as on a server that has run for a while.
        await host.run("wake", { count: Math.ceil(count / 5) });
        const times = await host.run<readonly number[]>("wake", { count });
        return { p50: quantileOf(times, 0.5), p99: quantileOf(times, 0.99), max: Math.max(...times) };
      }),
  });
  return [
    contender(safelight, ours, openFile),
    contender("BullMQ", bullmq, startRedis),
    contender("BullMQ, tuned", bullmq, startRedis, true),
    contender("pg-boss with NOTIFY", pgBoss, startPostgres),
    contender("pg-boss with NOTIFY, tuned", pgBoss, startPostgres, true),
    contender("graphile-worker", graphileWorker, startPostgres),
    contender("graphile-worker, tuned", graphileWorker, startPostgres, true),
  ];
}
