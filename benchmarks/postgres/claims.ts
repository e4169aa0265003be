import type { Contender } from "../frame/compare.ts";
import { onNewDatabase, safelight } from "./contenders.ts";
import { type Cost, startCpuClock } from "./cost.ts";
import type { SharedPostgres } from "./shared-postgres.ts";

export const claimName = (clients: number): string => `claim of 8: Safelight, clients: ${clients}`;

/** One process whose clients, each with a connection, claim all due generations. */
export function claimContenders(
  postgres: SharedPostgres,
  { clients, rows }: { readonly clients: readonly number[]; readonly rows: number },
): readonly Contender<Cost>[] {
  return clients.map((count) => ({
    name: claimName(count),
    measure: () =>
      onNewDatabase(postgres, {
        product: safelight,
        connections: count,
        measure: async (child, database) => {
          await child.run("fill", { count: rows });
          await database.query("ANALYZE");
          const cpuOf = startCpuClock({ server: postgres.pid, nodes: [child.pid] });
          const claimed = await child.run<{ count: number; seconds: number }>("claim", { clients: count });
          const cpu = cpuOf(claimed.count);
          if (claimed.count < rows / 2) throw new Error(`${claimed.count} of ${rows} generations were claimed.`);
          return { rate: claimed.count / claimed.seconds, p50: Number.NaN, p99: Number.NaN, ...cpu };
        },
      }),
  }));
}
