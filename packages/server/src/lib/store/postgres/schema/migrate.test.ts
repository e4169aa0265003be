import pg from "pg";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { startPostgres } from "../../../../../test/start-postgres.js";
import { SchemaTooNew } from "../../../ports/store/schema-too-new.js";
import { postgresStore } from "../postgres-store.js";
import { migrations } from "./migrations.js";

const server = startPostgres();

let schemas = 0;

describe("migrate", () => {
  let schema: string;
  let pool: pg.Pool;
  let query: (text: string) => Promise<readonly unknown[]>;
  let open: () => ReturnType<typeof postgresStore>;

  beforeEach(async () => {
    schemas += 1;
    schema = `migrate_${schemas}`;
    pool = (await server()).openPool();
    query = async (text) => (await pool.query(text.replaceAll("@", `${schema}.safelight_`))).rows;
    open = () => postgresStore({ client: pool, schema });
  });

  it("creates the schema once when several processes call it", async () => {
    await Promise.all(Array.from({ length: 6 }, () => open().migrate()));
    await open().ping();
    expect(await query("SELECT id::int FROM @migrations")).toEqual(migrations.map(({ id }) => ({ id })));
  });

  it("continues if another process migrates between two of its reads", async () => {
    let reads = 0;
    const interrupted = async (text: string, values: unknown[]) => {
      if (/FROM \S+safelight_migrations" m/.test(text) && reads++ === 0) await open().migrate();
      return pool.query(text, values);
    };
    await postgresStore({ client: { query: interrupted }, schema }).migrate();
    expect(reads).toBeGreaterThan(0);
  });

  it("keeps two prefixes of one schema apart", async () => {
    await open().migrate();
    const client = (await server()).openPool({ max: 1 });
    const other = postgresStore({ client, schema, prefix: "other_" });
    await other.migrate();
    await other.ping();
    expect((await query(`SELECT id::int FROM ${schema}.other_migrations`)).length).toBe(migrations.length);
  });

  it("creates a schema once when several prefixes call it", async () => {
    for (let round = 1; round <= 2; round += 1) {
      const client = (await server()).openPool();
      const prefixes = ["a_", "b_", "c_", "d_"];
      await Promise.all(
        prefixes.map((prefix) => postgresStore({ client, schema: `${schema}_${round}`, prefix }).migrate()),
      );
    }
  });

  it("ignores tables of a longer prefix", async () => {
    const client = (await server()).openPool({ max: 1 });
    await postgresStore({ client, schema, prefix: "safelight_eu_" }).migrate();
    await open().migrate();
    await open().ping();
  });

  it.each(["repeatable read", "serializable"])("rejects a database at %s", async (level) => {
    await open().migrate();
    const options = `-c default_transaction_isolation=${level.replace(" ", "\\ ")}`;
    const client = new pg.Pool({ host: (await server()).socketFolder, user: "postgres", max: 1, options });
    onTestFinished(() => client.end());
    const store = postgresStore({ client, schema });
    await expect(store.ping()).rejects.toThrow(`run at "${level}"; Safelight needs "read committed"`);
    await expect(store.migrate()).rejects.toThrow("default_transaction_isolation");
  });

  it("rejects a database of another encoding", async () => {
    const { openPool, socketFolder } = await server();
    await openPool().query("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
    const client = new pg.Pool({ host: socketFolder, user: "postgres", database: "latin", max: 1 });
    onTestFinished(() => client.end());
    await expect(postgresStore({ client, schema }).migrate()).rejects.toThrow("LATIN1; Safelight needs UTF8");
  });

  it.each(["migrate", "ping"] as const)("creates a function that is missing: %s", async (method) => {
    await open().migrate();
    const settle = async () => {
      const found = await query(
        `SELECT p.oid::regprocedure::text AS name FROM pg_proc p WHERE p.proname LIKE 'safelight\\_settle\\_%'
         AND p.pronamespace = '${schema}'::regnamespace`,
      );
      // The statement above selects this column.
      return (found as readonly { readonly name: string }[]).map(({ name }) => name);
    };
    const [name] = await settle();
    await query(`DROP FUNCTION ${name}`);
    await open()[method]();
    expect(await settle()).toEqual([name]);
  });

  it("rejects a database from which a tool removed a table or an index", async () => {
    await open().migrate();
    await query("DROP TABLE @timings");
    await query("DROP INDEX @generations_due");
    await expect(open().migrate()).rejects.toThrow("table safelight_timings, index safelight_generations_due");
    await expect(open().ping()).rejects.toThrow("table safelight_timings");
  });

  it("rejects a database that was not migrated", async () => {
    await expect(open().ping()).rejects.toThrow("lacks migration 1 (initial): call migrate()");
  });

  it("rejects a database of a newer release that changed a part", async () => {
    await open().migrate();
    await query("INSERT INTO @migrations VALUES (99, 'later', 99, 'hash', 0)");
    const error = await open()
      .migrate()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SchemaTooNew);
  });

  it.each([{ schema: "Public" }, { prefix: 'x"; DROP' }, { prefix: "a_prefix_that_is_too_long_" }])(
    "rejects a name that it would have to escape or that is too long: %j",
    async (names) => {
      const client = (await server()).openPool();
      expect(() => postgresStore({ client, ...names })).toThrow(/Invalid (schema|prefix)/);
    },
  );
});
