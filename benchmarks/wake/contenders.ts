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
    {
      script,
      open,
      isTuned = false,
    }: {
      readonly script: URL;
      readonly open: () => Promise<HostDatabase | Absent>;
      readonly isTuned?: boolean | undefined;
    },
  ): Contender<WakeFigures> => ({
    name,
    measure: () =>
      withHost(
        { script, open },
        {
          settings: { isTuned },
          measure: async (host) => {
            // Opens connections, prepares statements and compiles code, as on a server that has run for a while.
            await host.run("wake", { count: Math.ceil(count / 5) });
            const times = await host.run<readonly number[]>("wake", { count });
            return { p50: quantileOf(times, 0.5), p99: quantileOf(times, 0.99), max: Math.max(...times) };
          },
        },
      ),
  });
  return [
    contender(safelight, { script: ours, open: openFile }),
    contender("BullMQ", { script: bullmq, open: startRedis }),
    contender("BullMQ, tuned", { script: bullmq, open: startRedis, isTuned: true }),
    contender("pg-boss with NOTIFY", { script: pgBoss, open: startPostgres }),
    contender("pg-boss with NOTIFY, tuned", { script: pgBoss, open: startPostgres, isTuned: true }),
    contender("graphile-worker", { script: graphileWorker, open: startPostgres }),
    contender("graphile-worker, tuned", { script: graphileWorker, open: startPostgres, isTuned: true }),
  ];
}
