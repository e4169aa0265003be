import type { Absent, Contender } from "../frame/compare.ts";
import { cpuSeconds } from "../frame/cpu-time.ts";
import type { Child } from "../frame/servers/child.ts";
import { type Ground, openFile, withHost } from "../frame/servers/host.ts";
import { startPostgres } from "../frame/servers/postgres-server.ts";
import { startRedis } from "../frame/servers/redis-server.ts";

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

/** How much of each is measured. */
export interface Course {
  /** Lives before anything is counted, for the connections, statements and compiled code of a server that has run for a while. */
  readonly warmUp: number;
  /** As many lives are counted as the warm-up says will take so long. */
  readonly seconds: number;
}

/** Of lives that are counted: a tenth of a second says nothing, and a table of millions something else. */
const [least, most] = [100, 20_000];

export function lifeContenders(course: Course): readonly LifeContender[] {
  const each = (product: string, script: URL, open: () => Promise<Ground | Absent>): readonly LifeContender[] =>
    [false, true].map((isTuned) => ({
      product,
      name: isTuned ? `${product}, tuned` : product,
      measure: () => withHost({ script, open }, { isTuned }, (host, ground) => measure(host, ground, course)),
    }));
  return [
    ...each(safelight, ours, openFile),
    ...each("BullMQ", bullmq, startRedis),
    ...each("pg-boss", pgBoss, startPostgres),
    ...each("graphile-worker", graphileWorker, startPostgres),
  ];
}

async function measure(host: Child, ground: Ground, { seconds, warmUp }: Course): Promise<LifeFigures> {
  const live = (count: number): Promise<number> => host.ask<number>("live", { count });
  const count = Math.round(Math.min(Math.max((warmUp / (await live(warmUp))) * seconds, least), most));
  const spent = () => [cpuSeconds(host.pid), ground.pid === null ? 0 : cpuSeconds(ground.pid)] as const;
  const [hostBefore, serverBefore] = spent();
  const took = await live(count);
  const [hostAfter, serverAfter] = spent();
  await host.ask("check", { total: warmUp + count });
  const perLife = (cpu: number): number => (cpu * 1_000) / count;
  return { rate: count / took, hostMs: perLife(hostAfter - hostBefore), serverMs: perLife(serverAfter - serverBefore) };
}
