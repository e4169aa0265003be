import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { drizzle as drizzleOnPg } from "drizzle-orm/node-postgres";
import { drizzle as drizzleOnPglite } from "drizzle-orm/pglite";
import { drizzle as drizzleOnPostgresJs } from "drizzle-orm/postgres-js";
import pg from "pg";
import postgres from "postgres";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { isLongRun } from "../../../../../test/long-run.js";
import { startPglite } from "../../../../../test/start-pglite.js";
import { startPostgres } from "../../../../../test/start-postgres.js";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import { recordUnhandledErrors } from "../../../../../testing/unhandled-errors.js";
import { postgresStore } from "../postgres-store.js";
import { adaptClient, type PostgresClient } from "./postgres-client.js";
import type { SentStatement, StatementValue } from "./send-statement.js";

const server = startPostgres();
const inProcess = startPglite();

async function openPostgresJs() {
  const client = postgres({ host: (await server()).socketFolder, username: "postgres", max: 2, onnotice: () => {} });
  onTestFinished(() => client.end());
  return client;
}

const naming = { prepare: true, logger: undefined };

const statement = (text: string, ...values: StatementValue[]): SentStatement => ({
  ...{ name: null, text, values },
  ...{ timeoutMs: 60_000, isAbandoned: () => false },
});

const clients: Readonly<Record<string, () => Promise<PostgresClient>>> = {
  "a pool of pg": async () => (await server()).openPool(),
  "postgres.js": openPostgresJs,
  "a client of PGlite's shape": async () => {
    const pool = (await server()).openPool({ max: 1 });
    const client = {
      waitReady: Promise.resolve(),
      query: (text: string, values: unknown[]) => pool.query(text, values),
    };
    return client;
  },
  "drizzle on pg": async () => drizzleOnPg((await server()).openPool()),
  "drizzle on postgres.js": async () => drizzleOnPostgresJs(await openPostgresJs()),
};

/** To start Postgres in this process takes four seconds of CPU time. */
const onPglite: typeof clients = {
  PGlite: async () => (await inProcess()).client,
  "drizzle on PGlite": async () => drizzleOnPglite((await inProcess()).client),
};

describe.each(Object.entries({ ...clients, ...(isLongRun && onPglite) }))("%s", (name, open) => {
  it("runs the commands of a life", async () => {
    const schema = name.toLowerCase().replaceAll(/\W/g, "_");
    const store = postgresStore({ client: await open(), schema, now: () => 1_800_000_000_000.7 });
    await store.migrate();
    const scenario = new Scenario(store);
    const prompt = '\u0000 \ud800 ü "\\';
    const limits = { maxActive: 50, rate: { requests: 7, perMs: 60_000 }, refunds: null };
    const id = await scenario.accepted({ input: { prompt }, parsedInput: { prompt }, limits });
    const claim = await scenario.claimOne(id);
    expect(claim.parsedInput).toEqual({ prompt });
    await scenario.intent(claim);
    expect(await scenario.settle(claim, { type: "failed", code: "provider_failed" })).toMatchObject({
      type: "applied",
    });
    expect(await store.get({ ownerId: "ada", id })).toMatchObject({
      input: { prompt },
      state: "failed",
      refundedCredits: 4,
    });
    expect(await store.audit()).toEqual([]);
    await store.close();
  });

  it("reports the code of an error", async () => {
    const { send } = adaptClient(await open(), naming);
    await expect(send(statement("SELECT 1 / $1::bigint AS j", 0))).rejects.toMatchObject({ code: "22012" });
  });
});

it.each(["postgres://ada:secret@localhost/app", undefined, { execute: () => {} }])(
  "refuses a client of another shape without printing it: %j",
  (client) => {
    // The cast is part of the test: a host without types.
    expect(() => adaptClient(client as unknown as PostgresClient, naming)).toThrow(
      /^Unknown Postgres client: pass a pool/,
    );
  },
);

it("reads the number of connections from a pool of pg and from postgres.js, and knows that PGlite has one", async () => {
  expect(adaptClient((await server()).openPool({ max: 3 }), naming).maxConcurrent).toBe(3);
  expect(adaptClient(drizzleOnPostgresJs(await openPostgresJs()), naming).maxConcurrent).toBe(2);
  const pglite = { waitReady: Promise.resolve(), query: async () => ({ rows: [] }) };
  expect(adaptClient(pglite, naming).maxConcurrent).toBe(1);
});

it("survives the end of idle connections", async () => {
  const { openPool } = await server();
  const pool = openPool();
  // The test's own listener, so that the store's must be there.
  pool.removeAllListeners("error");
  const store = postgresStore({ client: pool, schema: "idle" });
  await store.migrate();
  const ended = new Promise((resolve) => pool.once("remove", resolve));
  await openPool().query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state = 'idle'",
  );
  await ended;
  await store.ping();
});

it("never sends a statement that got a connection of the pool too late", async () => {
  const { openPool } = await server();
  const pool = openPool({ max: 1 });
  const store = postgresStore({ client: pool, schema: "late", busyTimeoutMs: 500 });
  await store.migrate();
  const scenario = new Scenario(store);
  // Another part of the host uses the connection.
  const used = await pool.connect();
  await expect(scenario.submit()).rejects.toThrow("The database did not respond");
  used.release();
  await pool.query("SELECT 1");
  const { rows } = await pool.query("SELECT id FROM late.safelight_generations");
  expect(rows).toEqual([]);
  await scenario.accepted();
});

it("ends the statements in the database that exceed their timeout while they wait for a lock", async () => {
  const { openPool } = await server();
  const store = postgresStore({ client: openPool({ max: 2 }), schema: "locked", busyTimeoutMs: 500 });
  await store.migrate();
  const other = openPool({ max: 1 });
  const holder = await other.connect();
  onTestFinished(() => holder.release());
  await holder.query("BEGIN; LOCK TABLE locked.safelight_generations");
  const waiting = async () => {
    const { rows } = await holder.query(
      "SELECT pg_stat_clear_snapshot(), count(*)::int AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
    );
    return rows[0].count;
  };
  const reads = Array.from({ length: 2 }, () => store.get({ ownerId: "ada", id: "gen_1" }));
  await Promise.allSettled(reads);
  await expect.poll(waiting, { timeout: 60_000 }).toBe(0);
  await holder.query("ROLLBACK");
});

it("survives a server that refuses the request to cancel a statement of postgres.js", async () => {
  const unhandled = recordUnhandledErrors();
  onTestFinished(() => unhandled.stop());
  const { forget, port } = await startForwarder((await server()).socketFolder);
  const client = postgres({ host: "127.0.0.1", port, username: "postgres", max: 1, onnotice: () => {} });
  onTestFinished(() => client.end({ timeout: 0 }));
  const { send } = adaptClient(client, naming);
  await send(statement("SELECT '1' AS j"));
  const refused = forget({ refuses: true });
  void send({ ...statement("SELECT '2' AS j"), timeoutMs: 20 }).catch(() => {});
  await refused;
  expect(await unhandled.settled()).toEqual([]);
});

it("waits for a statement of a client that cannot cancel", async () => {
  const rows = new Promise<readonly unknown[]>((resolve) => setTimeout(resolve, 50, [{ j: "1" }]));
  const { send } = adaptClient({ unsafe: () => rows }, naming);
  expect(await send({ ...statement("SELECT '1' AS j"), timeoutMs: 1 })).toEqual([{ j: "1" }]);
});

/**
 * Forwards connections to a server. `forget` keeps the present ones open, and forwards nothing on them any more. With
 * `refuses`, it resets each later connection, and resolves after the first one.
 */
async function startForwarder(socketFolder: string) {
  let refuse: (() => void) | null = null;
  const pairs: { readonly near: Socket; readonly far: Socket }[] = [];
  const forwarder = createServer({ allowHalfOpen: true }, (near) => {
    if (refuse !== null) {
      near.on("close", refuse).on("error", () => {});
      near.resetAndDestroy();
      return;
    }
    const far = connect(join(socketFolder, ".s.PGSQL.5432"));
    for (const socket of [near, far]) socket.on("error", () => {});
    near.pipe(far).pipe(near);
    pairs.push({ near, far });
  }).listen(0, "127.0.0.1");
  await once(forwarder, "listening");
  onTestFinished(() => {
    for (const { far, near } of pairs) for (const socket of [near, far]) socket.destroy();
    forwarder.close();
  });
  const forget = ({ refuses = false } = {}) => {
    const refused = new Promise<void>((resolve) => {
      if (refuses) refuse = resolve;
    });
    for (const { far, near } of pairs) {
      near.unpipe(far);
      far.unpipe(near);
      near.resume();
    }
    return refused;
  };
  // The cast is safe: a server on a port has such an address.
  return { port: (forwarder.address() as AddressInfo).port, forget };
}

it("replaces connections that no longer respond", async () => {
  const { forget, port } = await startForwarder((await server()).socketFolder);
  const pool = new pg.Pool({ host: "127.0.0.1", port, user: "postgres", max: 2 });
  onTestFinished(() => pool.end());
  const store = postgresStore({ client: pool, schema: "forgotten", busyTimeoutMs: 2_000 });
  await store.migrate();
  await Promise.all([store.ping(), store.ping()]);
  forget();
  await expect(store.ping()).rejects.toThrow("The database did not respond");
  await vi.waitFor(() => store.ping(), { timeout: 60_000 });
});

it("reads the same rows whatever a client of postgres.js does with JSON", async () => {
  const client = postgres({
    ...{ host: (await server()).socketFolder, username: "postgres", max: 2, onnotice: () => {} },
    transform: postgres.camel,
  });
  onTestFinished(() => client.end());
  const store = postgresStore({ client, schema: "camel" });
  await store.migrate();
  const scenario = new Scenario(store);
  const id = await scenario.accepted({ input: { snake_case: "ü" }, parsedInput: { snake_case: "ü" } });
  expect(await store.get({ ownerId: "ada", id })).toMatchObject({ input: { snake_case: "ü" }, state: "queued" });
});
