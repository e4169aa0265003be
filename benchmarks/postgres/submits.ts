import type { Contender } from "../frame/compare.ts";
import { graphileWorker, onNewDatabase, pgBossSingle, safelight } from "./contenders.ts";
import { type Cost, startCpuClock } from "./cost.ts";
import type { InFlight } from "./in-flight.ts";
import type { SharedPostgres } from "./shared-postgres.ts";
import { submitConnections } from "./workload.ts";

export const submitRows = {
  safelight: "submit: Safelight, `api.submit` with a key",
  storeAlone: "submit: Safelight, the store's command alone",
  pgBoss: "submit: pg-boss, `send` alone",
  graphile: "submit: graphile-worker, `addJob` alone",
} as const;

/** One process with 64 submits in flight. */
export function submitContenders(postgres: SharedPostgres, ms: number): readonly Contender<Cost>[] {
  const products = [
    [submitRows.safelight, safelight, false],
    [submitRows.storeAlone, safelight, true],
    [submitRows.pgBoss, pgBossSingle, false],
    [submitRows.graphile, graphileWorker, false],
  ] as const;
  return products.map(([name, product, isStoreAlone]) => ({
    name,
    measure: () =>
      onNewDatabase(postgres, {
        product,
        connections: submitConnections,
        measure: async (child) => {
          await child.run("warmUp");
          const cpuOf = startCpuClock({ server: postgres.pid, nodes: [child.pid] });
          const { count, p50, p99, seconds } = await child.run<InFlight>("enter", { ms, isStoreAlone });
          return { rate: count / seconds, p50, p99, ...cpuOf(count) };
        },
      }),
  }));
}
