import { setTimeout as pause } from "node:timers/promises";
import type { Absent } from "../frame/compare.ts";
import { onNewDatabase, safelight, startProduct } from "./contenders.ts";
import type { BenchDatabase, SharedPostgres } from "./shared-postgres.ts";
import { submitConnections, workerConnections } from "./workload.ts";

/** Per generation, without the rows of its owner and account. */
export interface Space {
  /** Bytes of write-ahead log, without the page images that follow a checkpoint. */
  readonly submitWal: number;
  readonly lifeWal: number;
  /** Bytes on disk of its rows and their index entries, of an ended generation. */
  readonly bytes: number;
  /** Rows by table, most first. */
  readonly rows: readonly { readonly table: string; readonly count: number }[];
}

/** Submits generations, runs them to their end, and reads the log and the tables. */
export function measureSpace(postgres: SharedPostgres, count: number): Promise<Space | Absent> {
  return onNewDatabase(postgres, {
    product: safelight,
    connections: submitConnections,
    measure: async (child, database) => {
      await child.run("warmUp");
      await endAll(database);
      const [sizeBefore, rowsBefore] = [await sizeOf(database), await rowsOf(database)];
      const began = await logPosition(database);
      await child.run("fill", { count });
      const submitted = await logPosition(database);
      await endAll(database);
      const ended = await logPosition(database);
      const [size, rows] = [await sizeOf(database), await rowsOf(database)];
      return {
        submitWal: (submitted - began) / count,
        lifeWal: (ended - submitted) / count,
        bytes: (size - sizeBefore) / count,
        rows: [...rows]
          .map(([table, total]) => ({ table, count: (total - (rowsBefore.get(table) ?? 0)) / count }))
          .filter((each) => each.count > 0)
          .toSorted((left, right) => right.count - left.count),
      };
    },
  });
}

async function endAll(database: BenchDatabase): Promise<void> {
  const worker = await startProduct(safelight, { url: database.url, connections: workerConnections });
  try {
    await worker.run("work");
    while (await numberOf(database, "SELECT count(*) AS number FROM safelight_generations WHERE finished_at IS NULL")) {
      await pause(50);
    }
  } finally {
    await worker.stop();
  }
}

function logPosition(database: BenchDatabase): Promise<number> {
  return numberOf(database, "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS number");
}

/** After a vacuum, so that the row versions of the life do not count. */
async function sizeOf(database: BenchDatabase): Promise<number> {
  await database.query("VACUUM FULL");
  return numberOf(
    database,
    `SELECT sum(pg_total_relation_size(c.oid)) AS number FROM pg_class c
     WHERE relkind = 'r' AND relname LIKE 'safelight\\_%'`,
  );
}

async function rowsOf(database: BenchDatabase): Promise<ReadonlyMap<string, number>> {
  const tables = await database.query(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'safelight\\_%'",
  );
  const rows = new Map<string, number>();
  for (const { relname } of tables) {
    const table = String(relname);
    rows.set(table, await numberOf(database, `SELECT count(*) AS number FROM ${table}`));
  }
  return rows;
}

async function numberOf(database: BenchDatabase, text: string): Promise<number> {
  const [row] = await database.query(text);
  return Number(row?.number);
}
