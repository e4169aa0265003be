import type { Pool } from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { namedStatements } from "../../../../test/named-statements.js";
import { hasPgbouncer, startPgbouncer } from "../../../../test/start-pgbouncer.js";
import { startPostgres } from "../../../../test/start-postgres.js";
import { output, Scenario } from "../../../../testing/store-contract/scenario.js";
import type { QueryClient } from "./client/postgres-client.js";
import { postgresStore } from "./postgres-store.js";

const openPool = startPgbouncer(startPostgres());

/** Loses the reply to the first call of each function, after its commit. */
function losing(client: QueryClient): QueryClient & { readonly lost: () => number } {
  const called = new Set<string>();
  return {
    lost: () => called.size,
    async query(text, values) {
      const result = await client.query(text, values);
      const [name] = /safelight_\w+/.exec(text) ?? [];
      if (name === undefined || !text.startsWith("SELECT") || called.has(name)) return result;
      called.add(name);
      throw Object.assign(new Error("The connection was reset."), { code: "ECONNRESET" });
    },
  };
}

const clients = { unnamed: (pool: Pool): QueryClient => pool, named: namedStatements };

// Two connections of the pooler serve the eight of the store, so each transaction may be on another one.
describe.runIf(hasPgbouncer()).each(Object.entries(clients))(
  "through PgBouncer in transaction mode, with %s statements",
  (name, clientOf) => {
    let pool: Pool;
    let client: QueryClient;
    beforeAll(async () => {
      pool = await openPool();
      client = clientOf(pool);
    });

    it("runs a life, and decides a race of submits on one balance", async () => {
      const store = postgresStore({ client, schema: `${name}_life` });
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
      const sessions = "SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend'";
      expect((await pool.query(sessions)).rows).toEqual([{ count: 2 }]);
      await store.close();
    });

    it("sends a command again whose reply is lost", async () => {
      const lossy = losing(client);
      const store = postgresStore({ client: lossy, schema: `${name}_loss` });
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
