import { createHash } from "node:crypto";
import type { Pool } from "pg";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { postgresStore } from "../../packages/server/src/lib/store/postgres/postgres-store.js";
import { PostgresPools } from "./postgres-pools.js";
import type { OpenOptions } from "./proving-ground.js";

/**
 * The name of a prepared statement. Planning takes most of the time of a small read: histories on a virtual clock, which
 * poll thousands of times, prepare their statements. All other proofs plan each call, as behind a pool in transaction mode.
 */
function statementName(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

/** The server of a URL, and the schema in it. */
export function partsOf(url: string): { readonly server: string; readonly schema: string } {
  const { hash } = new URL(url);
  return { server: url.slice(0, url.length - hash.length), schema: hash.slice(1) };
}

/**
 * Opens a schema of a server, with a pool of its own.
 *
 * @param pools keep the pool when the store is closed. Default: it is closed, too.
 */
// biome-ignore lint/complexity/useMaxParams: an address, its options, and the pools of its database
export function openPostgresStore(url: string, options: OpenOptions, pools?: PostgresPools): Store {
  const { isDurable = true, onStatement, onWarning, now, monotonicNow } = options;
  const { server, schema } = partsOf(url);
  const source = pools ?? new PostgresPools(server);
  let pool: Promise<Pool> | null = null;
  const query = async (text: string, values: unknown[]) => {
    pool ??= source.take(isDurable);
    const client = await (await pool).connect();
    try {
      const sent = client.query({ text, values, ...(!isDurable && { name: statementName(text) }) });
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
      if (pool !== null) source.give(await pool, isDurable);
      if (pools === undefined) await source.close();
    },
  };
}
