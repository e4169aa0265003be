import { setTimeout as pause } from "node:timers/promises";
import type { Absent, Contender } from "../frame/compare.ts";
import { isInstalled, notInstalled } from "../frame/is-installed.ts";
import type { Child } from "../frame/servers/child.ts";
import { startRedis } from "../frame/servers/redis-server.ts";
import { withCleanup } from "../frame/with-cleanup.ts";
import {
  bullmq,
  graphileWorker,
  onNewDatabase,
  type Product,
  pgBossBatched,
  pgBossSingle,
  safelight,
  startProduct,
} from "./contenders.ts";
import { type Cost, startCpuClock } from "./cost.ts";
import type { SharedPostgres } from "./shared-postgres.ts";
import { submitConnections, workerConnections } from "./workload.ts";

export const lifeName = ({ name }: Pick<Product, "name">, processes: number): string =>
  `life: ${name}, processes: ${processes}`;

const checkEveryMs = 20;
const timeoutMs = 240_000;
/** Shares of the lives: the first ones plan statements on each connection, and at the end processes are idle. */
const measuredShare = { from: 0.3, to: 0.9 };

interface Lives {
  readonly processes: readonly number[];
  /** Generations or jobs of a measurement: a number, and more for each process. */
  readonly count: { readonly base: number; readonly perProcess: number };
}

/** Worker processes that end all generations, or jobs that do nothing, which wait when they start. */
export function lifeContenders(postgres: SharedPostgres, lives: Lives): readonly Contender<Cost>[] {
  const products = [safelight, pgBossSingle, pgBossBatched, graphileWorker];
  return lives.processes.flatMap((processes) => {
    const count = lives.count.base + lives.count.perProcess * processes;
    return [
      ...products.map((product) => ({
        name: lifeName(product, processes),
        measure: () =>
          onNewDatabase(postgres, {
            product,
            connections: submitConnections,
            measure: async (child, database) => {
              await child.run("fill", { count });
              await database.query("ANALYZE");
              const server = { url: database.url, pid: postgres.pid };
              const cost = await measureLives(product, { count, processes, server });
              if (product === safelight) await child.run("check");
              return cost;
            },
          }),
      })),
      { name: lifeName(bullmq, processes), measure: () => onRedis({ count, processes }) },
    ];
  });
}

function onRedis({ count, processes }: { readonly count: number; readonly processes: number }): Promise<Cost | Absent> {
  return withCleanup(async (defer) => {
    if (!isInstalled(bullmq.script)) return notInstalled;
    const server = await startRedis();
    if ("absent" in server) return server;
    defer(() => server.stop());
    const filling = await startProduct(bullmq, { url: server.url, connections: 1 });
    defer(() => filling.stop());
    await filling.run("fill", { count });
    return measureLives(bullmq, { count, processes, server });
  });
}

/** Starts the worker processes, lets all of them begin at once, and waits until the last job has ended. */
function measureLives(
  product: Product,
  {
    count,
    processes,
    server,
  }: {
    readonly count: number;
    readonly processes: number;
    readonly server: { readonly url: string; readonly pid: number };
  },
): Promise<Cost> {
  return withCleanup(async (defer) => {
    const workers: Child[] = [];
    for (let index = 0; index < processes; index += 1) {
      const worker = await startProduct(product, { url: server.url, connections: workerConnections });
      workers.push(worker);
      defer(() => worker.stop());
    }
    await Promise.all(workers.map((worker) => worker.run("work", product.work)));
    const begun = await untilEnded(workers, count * measuredShare.from);
    const beganAt = performance.now();
    const cpuOf = startCpuClock({ server: server.pid, nodes: workers.map(({ pid }) => pid) });
    const measured = (await untilEnded(workers, count * measuredShare.to)) - begun;
    const seconds = (performance.now() - beganAt) / 1_000;
    const cost = { rate: measured / seconds, p50: Number.NaN, p99: Number.NaN, ...cpuOf(measured) };
    await untilEnded(workers, count);
    return cost;
  });
}

async function untilEnded(workers: readonly Child[], goal: number): Promise<number> {
  const beganAt = performance.now();
  for (;;) {
    const ended = await Promise.all(workers.map((worker) => worker.run<number>("ended")));
    const sum = ended.reduce((total, each) => total + each, 0);
    if (sum >= goal) return sum;
    if (performance.now() - beganAt > timeoutMs) throw new Error(`${sum} of ${goal} ended within ${timeoutMs} ms.`);
    await pause(checkEveryMs);
  }
}
