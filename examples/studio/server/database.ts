import { postgresEventBus, postgresStore } from "@safelight/server/postgres";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";

/** Connections of one process: of Safelight's store, and of the studio's own tables with those of Better Auth. */
const maxConnections = 4;

export type Database = ReturnType<typeof openDatabase>;

/** Opens the one Postgres that has all rows of the studio. The first query connects. */
export function openDatabase(connectionString: string) {
  const open = () => {
    const pool = new pg.Pool({
      connectionString,
      max: maxConnections,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    // An idle connection that breaks must not end the process: the pool opens another one.
    pool.on("error", () => {});
    return pool;
  };
  const [own, safelights] = [open(), open()];
  return {
    /** Of the studio's own tables, and of Better Auth. */
    pool: own,
    tables: drizzle(own),
    store: postgresStore({ client: safelights, identity: connectionString, logger: console }),
    /** Hints between the processes. `safelight.close()` closes its connections. */
    bus: postgresEventBus({ listen: () => new pg.Client({ connectionString }) }),
    /** Call it after `safelight.close()`, which uses the connections. */
    close: async () => void (await Promise.all([own.end(), safelights.end()])),
  };
}
