import type { Pool, PoolClient, QueryConfig } from "pg";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { hasPgbouncer, startPgbouncer } from "../../../../test/start-pgbouncer.js";
import { startPostgres } from "../../../../test/start-postgres.js";
import { output, Scenario } from "../../../../testing/store-contract/scenario.js";
import { postgresStore } from "./postgres-store.js";

const poolers = [
  { name: "named", maxPreparedStatements: 200, prepare: true },
  { name: "unnamed", maxPreparedStatements: 0, prepare: false },
  { name: "unsupported", maxPreparedStatements: 0, prepare: true },
] as const;

/** A pool that loses the reply to the first call of each function, after its commit. */
function losing(pool: Pool): { readonly pool: Pool; readonly lost: () => number } {
  const called = new Set<string>();
  const losingConnection = (connection: PoolClient): PoolClient => {
    const query = async (config: QueryConfig) => {
      const result = await connection.query(config);
      const [name] = /safelight_\w+/.exec(config.text) ?? [];
      if (name === undefined || !config.text.startsWith("SELECT") || called.has(name)) return result;
      called.add(name);
      throw Object.assign(new Error("The connection was reset."), { code: "ECONNRESET" });
    };
    return replacing(connection, { query });
  };
  const connect = async () => losingConnection(await pool.connect());
  return { pool: replacing(pool, { connect }), lost: () => called.size };
}

/** The object with other methods. */
function replacing<Replaced extends object>(replaced: Replaced, methods: object): Replaced {
  return new Proxy(replaced, {
    get(target, key) {
      const value = Reflect.get(key in methods ? methods : target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

// Two connections of the pooler serve the eight of the store, so each transaction may be on another one.
describe.runIf(hasPgbouncer()).each(poolers)(
  "through PgBouncer in transaction mode, with $name statements",
  ({ maxPreparedStatements, name, prepare }) => {
    const server = startPostgres();
    const openPool = startPgbouncer(server, { maxPreparedStatements });
    let pool: Pool;
    beforeAll(async () => {
      pool = await openPool();
    });

    it("runs a life, and decides a race of submits on one balance", async () => {
      const warnings: unknown[] = [];
      const logger = { warn: (line: unknown) => warnings.push(line) };
      const store = postgresStore({ client: pool, schema: `${name}_life`, prepare, logger });
      await store.migrate();
      const scenario = new Scenario(store);
      const id = await scenario.accepted({ ownerId: "bob" });
      const claim = await scenario.claimOne(id);
      const submits = Array.from({ length: 16 }, () =>
        scenario.submit({ ownerId: "ada", accountId: "team", initialGrant: 40, credits: 4 }),
      );
      const verdicts = await Promise.all(submits);
      expect(verdicts.filter(({ type }) => type === "accepted")).toHaveLength(10);
      await scenario.intent(claim, "token");
      await scenario.result(claim, "token");
      expect(await scenario.settle(claim, { type: "completed", outputs: [output()] })).toMatchObject({
        type: "applied",
      });
      expect(await store.audit()).toEqual([]);
      const lostName = expect.stringMatching(/^The database lost a named statement/);
      expect(warnings).toEqual(name === "unsupported" ? [lostName] : []);
      const sessions = "SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend'";
      expect((await pool.query(sessions)).rows).toEqual([{ count: 2 }]);
      await store.close();
    });

    it("cancels the statements in the database that exceed their timeout behind a lock", async () => {
      const schema = `${name}_locked`;
      const store = postgresStore({ client: pool, schema, prepare, busyTimeoutMs: 500 });
      await store.migrate();
      const holder = await (await server()).openPool({ max: 1 }).connect();
      onTestFinished(() => holder.release(true));
      await holder.query(`BEGIN; LOCK TABLE ${schema}.safelight_owners IN ACCESS EXCLUSIVE MODE`);
      const waiting = async () => {
        const text = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        return (await holder.query(text)).rows.length;
      };
      const reads = Promise.allSettled([store.sequencesOf(["ann"]), store.sequencesOf(["bob"])]);
      await expect.poll(waiting).toBe(2);
      expect(await reads).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
      await expect.poll(waiting).toBe(0);
      await holder.query("ROLLBACK");
      await store.close();
    });

    it("sends a command again whose reply is lost", async () => {
      const lossy = losing(pool);
      const store = postgresStore({ client: lossy.pool, schema: `${name}_loss`, prepare });
      await store.migrate();
      const scenario = new Scenario(store);
      const id = await scenario.accepted({ ownerId: "cyd", initialGrant: 100, credits: 4 });
      const claim = await scenario.claimOne(id);
      await scenario.intent(claim, "token of cyd");
      await scenario.settle(claim, { type: "failed", code: "provider_failed" });
      expect(lossy.lost()).toBeGreaterThan(3);
      const { balance } = await store.listCredits({ accountId: "cyd", limit: 1, before: null });
      expect(balance).toBe(100);
      expect(await store.audit()).toEqual([]);
      await store.close();
    });
  },
);
