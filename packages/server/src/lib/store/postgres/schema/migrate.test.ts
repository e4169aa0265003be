import { beforeEach, describe, expect, it } from "vitest";
import { startPostgres } from "../../../../../test/start-postgres.js";
import { SchemaTooNew } from "../../../ports/store/schema-too-new.js";
import { postgresStore } from "../postgres-store.js";

const server = startPostgres();

let schemas = 0;

describe("migrate", () => {
  let schema: string;
  let query: (text: string) => Promise<readonly unknown[]>;
  let open: () => ReturnType<typeof postgresStore>;

  beforeEach(async () => {
    schemas += 1;
    schema = `migrate_${schemas}`;
    const pool = (await server()).openPool();
    query = async (text) => (await pool.query(text.replaceAll("@", `${schema}.safelight_`))).rows;
    open = () => postgresStore({ client: pool, schema });
  });

  it("creates the schema once when several processes call it", async () => {
    await Promise.all(Array.from({ length: 6 }, () => open().migrate()));
    await open().ping();
    expect(await query("SELECT id::int FROM @migrations")).toEqual([{ id: 1 }]);
  });

  it("keeps two prefixes of one schema apart", async () => {
    await open().migrate();
    const client = (await server()).openPool({ max: 1 });
    const other = postgresStore({ client, schema, prefix: "other_" });
    await other.migrate();
    await other.ping();
    expect((await query(`SELECT id::int FROM ${schema}.other_migrations`)).length).toBe(1);
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
    await expect(open().migrate()).rejects.toThrow("index safelight_generations_due, table safelight_timings");
    await expect(open().ping()).rejects.toThrow("table safelight_timings");
  });

  it("rejects a database that was not migrated", async () => {
    await expect(open().ping()).rejects.toThrow("lacks migration 1 (initial): call migrate()");
  });

  it("rejects a database of a newer release that changed a part", async () => {
    await open().migrate();
    await query("INSERT INTO @migrations VALUES (9, 'later', 9, 'hash', 0)");
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
