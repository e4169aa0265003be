import type { Pool } from "pg";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { postgresStore } from "../../packages/server/src/lib/store/postgres/postgres-store.js";
import type { OpenOptions } from "./proving-ground.js";

/** Max connections of one store. Each new one plans every function on first use. */
const maxConnections = 4;

/** The server of a URL, and the schema in it. */
export function partsOf(url: string): { readonly server: string; readonly schema: string } {
  const { hash } = new URL(url);
  return { server: url.slice(0, url.length - hash.length), schema: hash.slice(1) };
}

/** Opens a schema of a server, with a pool of its own. */
export function openPostgresStore(url: string, options: OpenOptions): Store {
  const { isDurable = true, onStatement, onWarning, now, monotonicNow } = options;
  const { server, schema } = partsOf(url);
  let pool: Promise<Pool> | null = null;
  const query = async (text: string, values: unknown[]) => {
    pool ??= openPool(server, isDurable);
    const client = await (await pool).connect();
    try {
      const sent = client.query(text, values);
      // The statement is on its way: the process may die before it reads the result.
      if (onStatement !== undefined) setImmediate(onStatement, text);
      const result = await sent;
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  };
  const warn = (message: string): void => onWarning?.(message);
  const store = postgresStore({
    client: { query },
    schema,
    identity: url,
    logger: { warn },
    ...(now && { now }),
    ...(monotonicNow && { monotonicNow }),
  });
  return {
    ...store,
    async close() {
      await store.close();
      await (await pool)?.end();
    },
  };
}

/** Loads the driver on first use: most processes of the proofs open a libSQL file. */
async function openPool(connectionString: string, isDurable: boolean): Promise<Pool> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({
    connectionString,
    max: maxConnections,
    ...(!isDurable && { options: "-c synchronous_commit=off" }),
  });
  // An idle connection that breaks must not end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}
