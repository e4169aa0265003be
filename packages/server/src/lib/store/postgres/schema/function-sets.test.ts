import type { Pool } from "pg";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startPostgres } from "../../../../../test/start-postgres.js";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import { adaptClient } from "../client/postgres-client.js";
import { CallExecutor } from "../executor/call-executor.js";
import { postgresStore } from "../postgres-store.js";
import { defineCommand, defineHelper } from "../text/define-function.js";
import { migrate } from "./migrate.js";
import { migrations } from "./migrations.js";

const server = startPostgres();

const shared = defineHelper({ name: "shared", parameters: {}, returns: "text", body: "RETURN 'shared';" });

/** The function of a release, which calls one that all releases have. */
const greetingOf = (release: number) =>
  defineCommand({
    name: `greet_${release}`,
    parameters: {},
    uses: [shared],
    body: `RETURN json_build_object('release', ${release}, 'shared', @${shared.name}());`,
  });

let schemas = 0;

describe("functions of several releases", () => {
  let pool: Pool;
  let schema: string;
  beforeAll(async () => {
    pool = (await server()).openPool();
  });
  beforeEach(() => {
    schemas += 1;
    schema = `sets_${schemas}`;
  });

  /** The start of a process of a release. */
  async function start(release: number): Promise<void> {
    const names = { schema, prefix: "safelight_" };
    const executor = new CallExecutor({
      client: adaptClient(pool, { prepare: true, logger: undefined }),
      busyTimeoutMs: 60_000,
      random: Math.random,
      pollMs: 1_000,
      logger: undefined,
    });
    await migrate({ executor, names, migrations, functions: [greetingOf(release)] });
    await executor.close();
  }

  const call = (release: number) => pool.query(`SELECT ${schema}.safelight_${greetingOf(release).name}() AS j`);

  /** Moves all records of uses into the past. */
  const age = (days: number) =>
    pool.query(`UPDATE ${schema}.safelight_function_sets SET used_at = used_at - ${days * 86_400_000}`);

  /** Without those of triggers: they are part of the schema. */
  const functionNames = async () => {
    const { rows } = await pool.query(
      `SELECT proname FROM pg_proc
       WHERE pronamespace = '${schema}'::regnamespace AND prorettype <> 'trigger'::regtype ORDER BY 1`,
    );
    return rows.map(({ proname }) => proname.replace(/^safelight_|_[0-9a-f]{12}$/g, ""));
  };

  it("drops those of an old release, while a process of the previous release goes on", async () => {
    await start(1);
    await start(2);
    await age(30);
    let calls = 0;
    let isRunning = true;
    const process = (async () => {
      for (; isRunning; calls += 1) expect((await call(2)).rows[0].j).toEqual({ release: 2, shared: "shared" });
    })();
    await expect.poll(() => calls).toBeGreaterThan(5);
    await age(1);
    await start(3);
    const callsBefore = calls;
    await expect.poll(() => calls).toBeGreaterThan(callsBefore + 5);
    isRunning = false;
    await process;
    expect(await functionNames()).toEqual(["greet_2", "greet_3", "shared"]);
    await expect(call(1)).rejects.toMatchObject({ code: "42883" });
  });

  it("keeps those of every release that was used within a week", async () => {
    for (const release of [1, 2, 3, 4]) await start(release);
    await age(6);
    await start(5);
    expect(await functionNames()).toEqual(["greet_1", "greet_2", "greet_3", "greet_4", "greet_5", "shared"]);
  });

  it("counts a start as a use, once a day", async () => {
    await start(1);
    await age(0.5);
    await start(1);
    const uses = async () => (await pool.query(`SELECT used_at FROM ${schema}.safelight_function_sets`)).rows;
    const [used] = await uses();
    await start(1);
    expect(await uses()).toEqual([used]);
    await age(1);
    await start(1);
    expect(await uses()).not.toEqual([used]);
  });

  it("keeps a function on which an object of the host depends", async () => {
    await start(1);
    await pool.query(`CREATE VIEW ${schema}.hosts AS SELECT ${schema}.safelight_${shared.name}() AS j`);
    await pool.query(`CREATE VIEW ${schema}.others AS SELECT ${schema}.safelight_${greetingOf(1).name}()::text AS j`);
    await start(2);
    await age(30);
    await start(3);
    await age(30);
    await start(4);
    expect(await functionNames()).toEqual(["greet_1", "greet_3", "greet_4", "shared"]);
  });

  it("lets a process of any release create its functions again when a call finds none", async () => {
    const store = postgresStore({ client: pool, schema });
    await store.migrate();
    const scenario = new Scenario(store);
    const id = await scenario.accepted();
    for (const release of [2, 3]) {
      await age(30);
      await start(release);
    }
    expect(await functionNames()).toEqual(["greet_2", "greet_3", "shared"]);
    const [claim] = await Promise.all([scenario.claimOne(id), scenario.accepted({ ownerId: "bob" })]);
    await scenario.intent(claim);
    expect(await scenario.settle(claim, { type: "failed", code: "provider_failed" })).toMatchObject({
      type: "applied",
    });
    expect(await store.audit()).toEqual([]);
    await store.close();
  });
});
