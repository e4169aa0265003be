import { randomUUID } from "node:crypto";
import pg from "pg";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { type Fate, startLosingProxy } from "./losing-proxy.js";
import { openPostgresStore } from "./open-postgres-store.js";
import { PostgresPools } from "./postgres-pools.js";
import type { ProvingGround, RemoteOptions } from "./proving-ground.js";

/** Creates a name of a new schema on a server. The store's migration creates the schema. */
export async function openPostgresGround(server: string): Promise<ProvingGround> {
  const schema = `world_${randomUUID().replaceAll("-", "")}`;
  const url = `${server}#${schema}`;
  const pools = new PostgresPools(server);
  let reader: pg.Client | null = null;
  const query = async <Row extends pg.QueryResultRow>(sql: string): Promise<readonly Row[]> => {
    if (reader === null) {
      reader = new pg.Client({ connectionString: server });
      // The server may stop before the end of this process.
      reader.on("error", () => {});
      await reader.connect();
    }
    return (await reader.query<Row>(sql)).rows;
  };
  /** @param sql selects one text, as `line`. */
  const read = async (sql: string): Promise<readonly string[]> =>
    (await query<{ line: string }>(sql)).map(({ line }) => line).toSorted();
  return {
    url,
    open: (options = {}) => openPostgresStore(url, options, pools),
    openRemote: (options) => openThroughProxy(url, options),
    async breakConnection() {
      // The text of each statement names its schema.
      const ended = await read(`
        SELECT pg_terminate_backend(pid)::text AS line FROM (
          SELECT pid FROM pg_stat_activity
          WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%"${schema}"%'
          ORDER BY wait_event_type IS NOT DISTINCT FROM 'Lock' DESC LIMIT 1
        ) AS busy`);
      return ended.length > 0;
    },
    rows: async (tables) => {
      const lines: (readonly [string, readonly string[]])[] = [];
      for (const table of tables)
        lines.push([table, await read(`SELECT row_to_json(t)::text AS line FROM ${schema}.safelight_${table} t`)]);
      return JSON.stringify(lines);
    },
    query,
    schema: async () => JSON.stringify(await read(partsSql(schema))).replaceAll(schema, "schema"),
    async clear() {
      await read(clearSql(schema));
    },
    async drop() {
      await pools.close();
      await read(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await reader?.end();
    },
  };
}

/** Deletes all rows but those of the migrations, and restarts all counters. */
function clearSql(schema: string): string {
  return `DO $clear$ DECLARE v_name text; BEGIN
    FOR v_name IN SELECT tablename FROM pg_tables WHERE schemaname = '${schema}' AND tablename <> 'safelight_migrations'
    LOOP
      EXECUTE format('DELETE FROM ${schema}.%I', v_name)
        || CASE v_name WHEN 'safelight_settings' THEN $$ WHERE name NOT IN ('entry_key', 'timeline')$$ ELSE '' END;
    END LOOP;
    FOR v_name IN SELECT sequencename FROM pg_sequences WHERE schemaname = '${schema}'
    LOOP PERFORM setval(format('${schema}.%I', v_name), 1, false); END LOOP;
  END $clear$`;
}

/** Columns, constraints, indexes and functions, one line for each. */
function partsSql(schema: string): string {
  return `
    SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') AS line
      FROM information_schema.columns WHERE table_schema = '${schema}'
    UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = '${schema}'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = '${schema}'
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = '${schema}'::regnamespace`;
}

async function openThroughProxy(url: string, { now, lossSeed, onLoss }: RemoteOptions): Promise<Store> {
  const random = lossSeed === undefined ? null : new SeededRandom(lossSeed);
  const fateOf = (): Fate => {
    const draw = random?.between(1, 10);
    if (draw === undefined || draw > 2) return "respond";
    onLoss?.();
    return draw === 1 ? "lose_request" : "lose_response";
  };
  const direct = new URL(url);
  const proxy = await startLosingProxy(Number(direct.port), fateOf);
  const store = openPostgresStore(url.replace(`:${direct.port}/`, `:${proxy.port}/`), { now });
  return {
    ...store,
    async close() {
      await store.close();
      await proxy.close();
    },
  };
}
