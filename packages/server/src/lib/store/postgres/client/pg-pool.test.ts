import { type AddressInfo, createServer } from "node:net";
import type { Pool } from "pg";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { startPostgres } from "../../../../../test/start-postgres.js";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import { postgresStore } from "../postgres-store.js";
import { adaptClient } from "./postgres-client.js";
import type { SentStatement } from "./send-statement.js";
import { endsConnection, sqlState } from "./sql-state.js";

const server = startPostgres();

const statement = (text: string, ...values: string[]): SentStatement => ({
  ...{ name: null, text, values },
  ...{ timeoutMs: 60_000, isAbandoned: () => false },
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

it("cancels a statement whose timer has fired a moment too early", async () => {
  const requests: string[] = [];
  const listener = createServer((socket) =>
    socket.on("data", (data) => requests.push(data.toString("hex")) && socket.end()),
  );
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void listener.close());
  // The cast is safe: a server on a port has such an address.
  const { port } = listener.address() as AddressInfo;
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  onTestFinished(() => clock.mockRestore());
  const connection = {
    ...{ host: "127.0.0.1", port, processID: 7, secretKey: 8, on: () => {}, off: () => {}, release: () => {} },
    query: () => {
      now = 60_000 - 19;
      return Promise.reject(new Error("Query read timeout"));
    },
  };
  const fake = { totalCount: 0, on: () => {}, connect: async () => connection, query: connection.query };
  // The cast is part of the test: the part of a pool of `pg` that the store uses.
  const { send } = adaptClient(fake as unknown as Pool, { prepare: false, logger: undefined });
  await expect(send(statement("SELECT 1 AS j"))).rejects.toThrow("Query read timeout");
  await expect.poll(() => requests).toEqual(["0000001004d2162e0000000700000008"]);
});

it("reads no state from an error that is its own cause", () => {
  const error = new Error("loop");
  error.cause = error;
  expect(sqlState(error)).toBeNull();
});
