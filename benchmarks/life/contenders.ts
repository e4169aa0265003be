import type { Absent, Contender } from "../frame/compare.ts";
import { cpuSeconds } from "../frame/cpu-time.ts";
import { type Ground, openFile, withHost } from "../frame/host.ts";
import { startPostgres } from "../frame/postgres-server.ts";
import { startRedis } from "../frame/redis-server.ts";

export type LifeFigures = {
  /** Lives in a second. */
  readonly rate: number;
  /** Processor time of one life, in milliseconds: of the host, and of the server that keeps its rows. */
  readonly hostMs: number;
  readonly serverMs: number;
};

/** Who is measured, and what it is a configuration of. */
export interface LifeContender extends Contender<LifeFigures> {
  readonly product: string;
}

export const safelight = "Safelight";

const ours = new URL("safelight-script.ts", import.meta.url);
const bullmq = new URL("../peers/life/bullmq-script.ts", import.meta.url);
const pgBoss = new URL("../peers/life/pg-boss-script.ts", import.meta.url);
const graphileWorker = new URL("../peers/life/graphile-worker-script.ts", import.meta.url);

/** @param part of the lives of a full round, from 0 to 1. */
export function lifeContenders(part: number): readonly LifeContender[] {
  const contender = (
    product: string,
    {
      isTuned,
      lives,
      open,
      script,
    }: {
      readonly script: URL;
      readonly open: () => Promise<Ground | Absent>;
      readonly isTuned: boolean;
      readonly lives: number;
    },
  ): LifeContender => ({
    product,
    name: isTuned ? `${product}, tuned` : product,
    measure: () =>
      withHost({ script, open }, { isTuned }, async (host, ground) => {
        const count = Math.ceil(lives * part);
        const warmUp = Math.ceil(count / 5);
        await host.ask("live", { count: warmUp });
        const spent = () => [cpuSeconds(host.pid), ground.pid === null ? 0 : cpuSeconds(ground.pid)] as const;
        const [hostBefore, serverBefore] = spent();
        const seconds = await host.ask<number>("live", { count });
        const [hostAfter, serverAfter] = spent();
        await host.ask("check", { total: warmUp + count });
        const perLife = (cpu: number): number => (cpu * 1_000) / count;
        return {
          rate: count / seconds,
          hostMs: perLife(hostAfter - hostBefore),
          serverMs: perLife(serverAfter - serverBefore),
        };
      }),
  });
  const each = (product: string, script: URL, open: () => Promise<Ground | Absent>, lives: number) =>
    [false, true].map((isTuned) => contender(product, { script, open, isTuned, lives }));
  return [
    ...each(safelight, ours, openFile, 5_000),
    ...each("BullMQ 6", bullmq, startRedis, 5_000),
    ...each("pg-boss 12", pgBoss, startPostgres, 3_000),
    ...each("graphile-worker 0.18", graphileWorker, startPostgres, 3_000),
  ];
}
