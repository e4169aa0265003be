import type { Pool } from "pg";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startPostgres } from "../../../../../test/start-postgres.js";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import { postgresStore } from "../postgres-store.js";
import { adaptClient } from "./postgres-client.js";
import type { SentStatement } from "./send-statement.js";
import { endsConnection } from "./sql-state.js";

const server = startPostgres();

const statement = (text: string, ...values: string[]): SentStatement => ({
  ...{ name: null, text, values },
  ...{ timeoutMs: 60_000, isGivenUp: () => false },
});

describe("a connection of a pool of pg", () => {
  let pool: Pool;

  beforeAll(async () => {
    pool = (await server()).openPool({ max: 1 });
    await pool.query(`CREATE FUNCTION fail(state text) RETURNS text LANGUAGE plpgsql
      AS $$ BEGIN RAISE EXCEPTION 'A test.' USING ERRCODE = state; END $$`);
  });

  const pidOf = async () => (await pool.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;

  /** The pid of the connection before and after an error with the state. */
  async function failWith(state: string): Promise<{ readonly before: number; readonly after: number }> {
    const { send } = adaptClient(pool, { prepare: true, logger: undefined });
    const before = await pidOf();
    await expect(send(statement("SELECT fail($1) AS j", state))).rejects.toMatchObject({ code: state });
    return { before, after: await pidOf() };
  }

  it.each(["22012", "23505", "40001", "40P01", "42883", "53100", "55P03", "57014", "P0001", "SL001"])(
    "stays in the pool after %s",
    async (state) => {
      const { after, before } = await failWith(state);
      expect(after).toBe(before);
    },
  );

  it.each(["08006", "08P01", "25006", "25P03", "53300", "57P01", "57P03", "58030", "XX000"])(
    "is replaced after %s",
    async (state) => {
      const { after, before } = await failWith(state);
      expect(after).not.toBe(before);
    },
  );

  it("stays in the pool after its statement was canceled, with its prepared statements", async () => {
    const { openPool } = await server();
    const other = await openPool({ max: 1 }).connect();
    onTestFinished(() => other.release(true));
    const store = postgresStore({ client: pool, schema: "canceled" });
    await store.migrate();
    const scenario = new Scenario(store);
    const id = await scenario.accepted();
    const before = await pidOf();
    await other.query("BEGIN; LOCK TABLE canceled.safelight_generations");
    const read = store.get({ ownerId: "ada", id });
    const cancel = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = ${before} AND wait_event_type = 'Lock'`;
    await expect.poll(async () => (await other.query(cancel)).rows).toHaveLength(1);
    await other.query("ROLLBACK");
    expect(await read).toMatchObject({ id });
    expect(await pidOf()).toBe(before);
    const names = "SELECT name FROM pg_prepared_statements WHERE name LIKE 'safelight_submit_%'";
    expect((await pool.query(names)).rows).toHaveLength(1);
  });
});

it.each([
  ["EPIPE", { code: "EPIPE" }],
  ["ECONNRESET", { code: "ECONNRESET" }],
  ["an error without a code", new Error("Query read timeout")],
])("takes no code of Node for an SQLSTATE: %s", (_, error) => {
  expect(endsConnection(error)).toBe(true);
});
