import type { Absent, Contender } from "../frame/compare.ts";
import { cpuSeconds } from "../frame/cpu-time.ts";
import type { Child } from "../frame/servers/child.ts";
import { type HostDatabase, openFile, withHost } from "../frame/servers/host.ts";
import { startPostgres } from "../frame/servers/postgres-server.ts";
import { startRedis } from "../frame/servers/redis-server.ts";

export type LifeFigures = {
  /** Lifecycles per second. */
  readonly rate: number;
  /** Processor time per lifecycle, in milliseconds: of the host, and of its database server. */
  readonly hostMs: number;
  readonly serverMs: number;
};

/** A contender, and the product of which it is a configuration. */
export interface LifeContender extends Contender<LifeFigures> {
  readonly product: string;
}

export const safelight = "Safelight";

const ours = new URL("safelight-script.ts", import.meta.url);
const bullmq = new URL("../peers/life/bullmq-script.ts", import.meta.url);
const pgBoss = new URL("../peers/life/pg-boss-script.ts", import.meta.url);
const graphileWorker = new URL("../peers/life/graphile-worker-script.ts", import.meta.url);

/** Size of a measurement. */
export interface LifeSize {
  /** Lifecycles before the measurement, which open connections, prepare statements and compile code. */
  readonly warmUp: number;
  /** Duration of the measurement; the warm-up's rate determines the number of lifecycles. */
  readonly seconds: number;
}

/** Bounds of the number of lifecycles: a short run is not accurate, and a large table changes the result. */
const [minCount, maxCount] = [100, 20_000];

export function lifeContenders(size: LifeSize): readonly LifeContender[] {
  const each = (
    product: string,
    { script, open }: { readonly script: URL; readonly open: () => Promise<HostDatabase | Absent> },
  ): readonly LifeContender[] =>
    [false, true].map((isTuned) => ({
      product,
      name: isTuned ? `${product}, tuned` : product,
      measure: () =>
        withHost(
          { script, open },
          { settings: { isTuned }, measure: (host, database) => measure(host, { database, size }) },
        ),
    }));
  return [
    ...each(safelight, { script: ours, open: openFile }),
    ...each("BullMQ", { script: bullmq, open: startRedis }),
    ...each("pg-boss", { script: pgBoss, open: startPostgres }),
    ...each("graphile-worker", { script: graphileWorker, open: startPostgres }),
  ];
}

async function measure(
  host: Child,
  { database, size: { seconds, warmUp } }: { readonly database: HostDatabase; readonly size: LifeSize },
): Promise<LifeFigures> {
  const runLifecycles = (count: number): Promise<number> => host.run<number>("lifecycles", { count });
  const rate = warmUp / (await runLifecycles(warmUp));
  const count = Math.round(Math.min(Math.max(rate * seconds, minCount), maxCount));
  const spent = () => [cpuSeconds(host.pid), database.pid === null ? 0 : cpuSeconds(database.pid)] as const;
  const [hostBefore, serverBefore] = spent();
  const took = await runLifecycles(count);
  const [hostAfter, serverAfter] = spent();
  await host.run("check", { total: warmUp + count });
  const perLifecycle = (cpu: number): number => (cpu * 1_000) / count;
  return {
    rate: count / took,
    hostMs: perLifecycle(hostAfter - hostBefore),
    serverMs: perLifecycle(serverAfter - serverBefore),
  };
}
