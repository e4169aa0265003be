import postgres from "postgres";
import { describe, expect, it, onTestFinished } from "vitest";
import { startPostgres } from "../../../../../test/start-postgres.js";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import type { Store } from "../../../ports/store/store.js";
import { postgresStore } from "../postgres-store.js";
import { adaptClient } from "./postgres-client.js";
import type { SentStatement } from "./send-statement.js";

const server = startPostgres();

/** A connection of the store, which the test may use, too. */
interface Connection {
  readonly client: Parameters<typeof postgresStore>[0]["client"];
  run(text: string): Promise<readonly Record<string, unknown>[]>;
}

const clients: Readonly<Record<string, (options?: { readonly prepare?: boolean }) => Promise<Connection>>> = {
  "a pool of pg": async () => {
    const pool = (await server()).openPool({ max: 1 });
    return { client: pool, run: async (text) => (await pool.query(text)).rows };
  },
  "postgres.js": async (options = {}) => {
    const host = (await server()).socketFolder;
    // It would prepare a read of types.
    const settings = { host, username: "postgres", max: 1, onnotice: () => {}, fetch_types: false };
    const client = postgres({ ...settings, ...options });
    onTestFinished(() => client.end());
    return { client, run: async (text) => [...(await client.unsafe(text))] };
  },
};

/** Statements that the connection has prepared, as the client sent them. */
async function prepared({ run }: Connection): Promise<readonly string[]> {
  const rows = await run("SELECT statement FROM pg_prepared_statements WHERE NOT from_sql ORDER BY statement");
  return rows.map((row) => String(row.statement));
}

async function playLife(scenario: Scenario, store: Store): Promise<void> {
  const id = await scenario.accepted();
  const claim = await scenario.claimOne(id);
  await scenario.intent(claim, scenario.token());
  await scenario.settle(claim, { type: "failed", code: "provider_failed" });
  await store.get({ ownerId: "ada", id });
}

describe.each(Object.entries(clients))("%s", (name, connect) => {
  let schemas = 0;
  async function openStore(connection: Connection, options: { readonly prepare?: boolean } = {}) {
    schemas += 1;
    const schema = `${name.replaceAll(/\W/g, "_").toLowerCase()}_${schemas}`;
    const warnings: unknown[] = [];
    const logger = { warn: (message: unknown) => warnings.push(message) };
    const store = postgresStore({ ...options, client: connection.client, schema, logger });
    await store.migrate();
    const scenario = new Scenario(store);
    return { schema, store, warnings, playLife: () => playLife(scenario, store) };
  }

  it("prepares each statement of a life once, and none of a migration or of an audit", async () => {
    const connection = await connect();
    const { playLife, schema, store, warnings } = await openStore(connection);
    expect(await prepared(connection)).toEqual([]);
    await store.audit();
    expect(await prepared(connection)).toEqual([]);
    await playLife();
    const first = await prepared(connection);
    for (const command of ["submit", "claim", "record_intent", "settle"]) {
      expect(first).toContainEqual(expect.stringMatching(`^SELECT "${schema}"."safelight_${command}_`));
    }
    await playLife();
    expect(await prepared(connection)).toEqual(first);
    expect(new Set(first).size).toBe(first.length);
    expect(warnings).toEqual([]);
  });

  it("prepares no statement with `prepare: false`", async () => {
    const connection = await connect();
    const { playLife } = await openStore(connection, { prepare: false });
    await playLife();
    expect(await prepared(connection)).toEqual([]);
  });

  it("sends statements without names after the connection has lost them, and warns once", async () => {
    const connection = await connect();
    const { playLife, store, warnings } = await openStore(connection);
    await playLife();
    await connection.run("DEALLOCATE ALL");
    await playLife();
    await connection.run("DEALLOCATE ALL");
    await playLife();
    expect(await prepared(connection)).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^The database lost a named statement: .* `prepare: false`/)]);
    expect(await store.audit()).toEqual([]);
  });

  it("calls functions that were dropped and created again after it had prepared the calls", async () => {
    const connection = await connect();
    const { playLife, schema, store, warnings } = await openStore(connection);
    await playLife();
    await connection.run(`DO $$ DECLARE name text; BEGIN
      FOR name IN SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = '${schema}'::regnamespace AND prorettype <> 'trigger'::regtype LOOP
        EXECUTE 'DROP FUNCTION ' || name;
      END LOOP;
    END $$`);
    await playLife();
    expect(warnings).toEqual([]);
    expect(await store.audit()).toEqual([]);
  });

  it("sends a statement again whose plan has another result than before", async () => {
    const connection = await connect();
    const table = `changed_${schemas}_${name.length}`;
    await connection.run(`CREATE TABLE ${table} (j text)`);
    await connection.run(`INSERT INTO ${table} VALUES ('1')`);
    const warnings: unknown[] = [];
    const { send } = adaptClient(connection.client, {
      prepare: true,
      logger: { warn: (line: unknown) => warnings.push(line) },
    });
    const statement: SentStatement = {
      ...{ name: `read_${table}`, text: `SELECT * FROM ${table} WHERE j = $1`, values: ["1"] },
      ...{ timeoutMs: 60_000, isAbandoned: () => false },
    };
    expect(await send(statement)).toEqual([{ j: "1" }]);
    await connection.run(`ALTER TABLE ${table} ADD COLUMN k text`);
    expect(await send(statement)).toEqual([{ j: "1", k: null }]);
    expect(await send(statement)).toEqual([{ j: "1", k: null }]);
    expect(await prepared(connection)).toContain(statement.text);
    expect(warnings).toEqual([]);
  });
});

it("leaves the choice to the option `prepare` of postgres.js", async () => {
  const connection = await clients["postgres.js"]?.({ prepare: false });
  if (connection === undefined) throw new Error("The client is missing.");
  const store = postgresStore({ client: connection.client, schema: "chosen" });
  await store.migrate();
  await playLife(new Scenario(store), store);
  expect(await prepared(connection)).toEqual([]);
});
