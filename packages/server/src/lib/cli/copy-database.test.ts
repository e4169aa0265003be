import { describe, expect, it, onTestFinished } from "vitest";
import { copiedDatabases, openCopied, type TestDatabase } from "../../../test/copied-databases.js";
import { Scenario } from "../../../testing/store-contract/scenario.js";
import { copiedTables } from "../store/copy/copied-tables.js";
import { runCommand } from "./run-command.js";

const databases = copiedDatabases();

const copy = (source: TestDatabase, target: TestDatabase, ...more: readonly string[]) => {
  const { schema } = source.schema === "public" ? target : source;
  return runCommand(["copy", "--from", source.url, "--to", target.url, "--schema", schema, ...more], {});
};

const counters = (database: TestDatabase) => {
  const text =
    database.schema === "public"
      ? "SELECT substr(name, 11) AS name, seq AS last FROM sqlite_sequence ORDER BY name"
      : `SELECT substr(sequencename, 11, length(sequencename) - 10) AS name, last_value::int8 AS last
         FROM pg_sequences WHERE schemaname = '${database.schema}' AND last_value IS NOT NULL ORDER BY name`;
  return database.query(text);
};

describe("safelight copy", () => {
  it("moves every row of every table to Postgres, and back", async () => {
    const file = await databases.filledFile();
    const rows = await file.rows();
    for (const [name, found] of Object.entries(rows)) expect(found.length, name).toBeGreaterThan(0);
    const postgres = await databases.postgres();
    const moved = await copy(file, postgres);
    expect(moved).toMatchObject({ exitCode: 0, errors: "" });
    expect(moved.output).toContain("All rows are equal.");
    expect(moved.output).toContain("The ledger is consistent in both.");
    expect(await postgres.rows()).toEqual(rows);

    const back = await databases.file();
    expect(await copy(postgres, back)).toMatchObject({ exitCode: 0, errors: "" });
    expect(await back.rows()).toEqual(rows);
    const [first, last] = [await counters(file), await counters(back)];
    expect(last).toEqual(first);
  });

  it("copies each column of Postgres that is not derived from others", async () => {
    const postgres = await databases.postgres();
    await postgres.open().migrate();
    const types = { text: "text", integer: "bigint", smallint: "smallint", real: "double precision" };
    const found = await postgres.query(`SELECT substr(table_name, 11) AS name, column_name AS column, data_type AS type
      FROM information_schema.columns WHERE table_schema = '${postgres.schema}' AND is_generated = 'NEVER'`);
    const derived = ["outbox.generation_id", "outbox.model"];
    const stored = found
      .filter(
        ({ name, column }) =>
          name !== "migrations" && name !== "function_sets" && !derived.includes(`${name}.${column}`),
      )
      .map((each) => ({ ...each, type: each.type === types.smallint ? types.integer : each.type }));
    const described = copiedTables.flatMap(({ columns, name }) =>
      Object.entries(columns).map(([column, kind]) => ({ name, column, type: types[kind] })),
    );
    expect(new Set(described)).toEqual(new Set(stored));
    expect(stored).toHaveLength(described.length);
  });

  it("knows all columns with unique values, but for the role that is derived from a kind", async () => {
    const postgres = await databases.postgres();
    await postgres.open().migrate();
    const names = copiedTables.map(({ name }) => `'safelight_${name}'`).join(", ");
    const found = await postgres.query(`SELECT substr(c.relname, 11) || ': ' || (
        SELECT string_agg(a.attname, ' ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = i.indexrelid) AS unique
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      WHERE i.indisunique AND NOT i.indisprimary AND c.relnamespace = '${postgres.schema}'::regnamespace
        AND c.relname IN (${names})`);
    const described = copiedTables.flatMap(({ name, uniques }) => uniques.map((list) => `${name}: ${list.join(" ")}`));
    const derived = "ledger_entries: generation_id role";
    expect(found.map((row) => row.unique).toSorted()).toEqual([...described, derived].toSorted());
  });

  it("continues with the numbers that the source would have assigned", async () => {
    const file = await databases.filledFile();
    // The newest rows were deleted: their numbers must not be assigned again.
    await file.query("DELETE FROM @outbox; DELETE FROM @erased_owners");
    const position = (await file.query("SELECT seq FROM sqlite_sequence WHERE name = 'safelight_erased_owners'"))[0]
      ?.seq;
    const postgres = await databases.postgres();
    expect(await copy(file, postgres)).toMatchObject({ exitCode: 0, errors: "" });
    const store = postgres.open();
    await store.eraseOwner({ ownerId: "nina", pseudonym: "deleted_4", limit: 10, ownerMarks: ["mark of nina"] });
    expect(await store.erasurePosition()).toBe(Number(position) + 1);
    await new Scenario(store).buy("nina");
    expect(await store.audit()).toEqual([]);
  });

  it("transfers hostile values unchanged", async () => {
    const file = await databases.filledFile();
    const deep = `${"[".repeat(2_000)}${"]".repeat(2_000)}`;
    await file.query(`
      UPDATE @generations SET input = '{"prompt":"a \\u0000 b \\ud800"}', metadata = '${deep}', touched_at = 9223372036854775807
        WHERE owner_id = 'ada';
      UPDATE @attempts SET operation = '${deep}', operation_hint = '"\\u0000"';
      UPDATE @owners SET rate_tat = 0.1 + 0.2, refund_tat = 1.7976931348623157e308 WHERE id = 'ada';
      UPDATE @owners SET rate_tat = 5e-324, refund_tat = -1795946400000.0625 WHERE id = 'bob';
      UPDATE @outbox SET payload = 'damaged', topic = 'cancel_job';
      INSERT INTO @submissions VALUES ('ada', 'expired', 'f', 'gen_x', 1), ('\uffff', 'k', 'f', 'g', 1), ('\u{1f600}', 'k', 'f', 'g', 1),
        ('', '', '', '', -9223372036854775808), ('it''s "{\\', 'k,NULL', '', '', 0);
      INSERT INTO @timings VALUES ('m', 'p', 10, 9, 1), ('m', 'p', 9, 10, 1), ('m', 'p', -1, 0, 1), ('m', 'p', 100, 0, 1)`);
    const rows = await file.rows();
    const [postgres, back] = [await databases.postgres(), await databases.file()];
    expect(await copy(file, postgres)).toMatchObject({ errors: "" });
    expect(await postgres.rows()).toEqual(rows);
    expect(await copy(postgres, back)).toMatchObject({ errors: "" });
    expect(await back.rows()).toEqual(rows);
  });

  it("copies without a read-only phase with --prepare, and continues from there", async () => {
    const file = await databases.filledFile();
    // Several pages, of keys that numbers and texts order differently.
    const insert = (from: number, to: number) =>
      file.query(`WITH RECURSIVE r (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM r WHERE n < ${to})
        INSERT INTO @timings SELECT char(0xffe0 + n % 20, 0x1f600 - n % 3), 'p', n, -n, 1 FROM r`);
    await insert(1, 2_500);
    const postgres = await databases.postgres();
    const prepared = await copy(file, postgres, "--prepare", "--json");
    expect(JSON.parse(prepared.output)).toMatchObject({ moved: null, rows: { generations: 8 } });
    const unfinished = postgres.open();
    await expect(unfinished.migrate()).rejects.toThrow("The database is an unfinished copy");
    await expect(unfinished.ping()).rejects.toThrow("The database is an unfinished copy");

    // Rows of all kinds change: an entry with the same key, a mark at another position, a purged key.
    const store = file.open();
    await new Scenario(store).submit({ id: "gen_new" });
    await store.eraseOwner({ ownerId: "eve", pseudonym: "deleted_5", limit: 10, ownerMarks: ["mark of eve"] });
    await insert(2_501, 4_000);
    await file.query(`DELETE FROM @timings WHERE size % 7 < 2; UPDATE @timings SET count = 2 WHERE size % 5 = 0;
      DELETE FROM @timings WHERE size BETWEEN 500 AND 1800; DELETE FROM @submissions; UPDATE @attempts SET costs = '[]';
      UPDATE @ledger_entries SET id = id + 1000 WHERE kind = 'grant'; UPDATE @outputs SET width = 3`);
    const moved = await copy(file, postgres, "--json");
    expect(moved.errors).toBe("");
    expect(JSON.parse(moved.output).moved).toMatchObject({ violations: [] });
    expect(await postgres.rows()).toEqual(await file.rows());
    await unfinished.migrate();
  });

  it("succeeds, and reports violations that the source has, too", async () => {
    const file = await databases.filledFile();
    await file.query("UPDATE @accounts SET balance = balance + 5 WHERE id = 'ada'");
    const { exitCode, output } = await copy(file, await databases.postgres());
    expect(exitCode).toBe(0);
    expect(output).toContain("balance_equals_ledger  ada");
  });

  it("aborts when it is interrupted or takes too long: the source accepts writes again", async () => {
    const file = await databases.filledFile();
    const postgres = await databases.postgres();
    const interrupted = new AbortController();
    const report = (line: string) => {
      if (line.endsWith("is read-only.")) interrupted.abort(new Error("interrupted"));
    };
    const args = ["copy", "--from", file.url, "--to", postgres.url, "--schema", postgres.schema];
    const { errors, exitCode } = await runCommand(args, { signal: interrupted.signal, report });
    expect(exitCode).toBe(2);
    expect(errors).toContain("accepts writes again, and nothing has moved: interrupted");
    expect((await copy(file, postgres, "--max-read-only", "0.0001")).errors).toContain(
      "The read-only phase would take about",
    );
    expect(await new Scenario(file.open()).submit({ id: "gen_new" })).toMatchObject({ type: "accepted" });
    expect(await copy(file, postgres)).toMatchObject({ exitCode: 0 });
  });

  it("accepts writes again if the freeze itself fails", async () => {
    const postgres = await databases.filledPostgres();
    const other = await postgres.client.connect();
    onTestFinished(() => other.release(true));
    await other.query(`BEGIN; LOCK TABLE "${postgres.schema}".safelight_outbox IN ROW EXCLUSIVE MODE`);
    const { errors } = await copy(postgres, await databases.file());
    expect(errors).toContain("accepts writes again, and nothing has moved: canceling statement due to lock timeout");
    expect(await postgres.query("SELECT 1 FROM @settings WHERE name = 'frozen'")).toEqual([]);
    expect(await new Scenario(postgres.open()).submit({ id: "gen_new" })).toMatchObject({ type: "accepted" });
  });

  it("releases a database with --release, on a new timeline once it has moved", async () => {
    const file = await databases.filledFile();
    const release = () => runCommand(["copy", "--from", file.url, "--release"], {});
    expect((await release()).output).toBe(`${file.url} accepts writes.\n`);
    const store = file.open();
    const { timeline } = await store.sequencesOf([]);
    expect(await copy(file, await databases.postgres())).toMatchObject({ exitCode: 0 });
    await expect(new Scenario(store).submit({ id: "gen_new" })).rejects.toMatchObject({ isFrozen: true });
    expect((await copy(file, await databases.file())).errors).toContain("has moved to postgres://");
    expect((await release()).output).toContain("accepts writes again. It has a new timeline");
    expect((await store.sequencesOf([])).timeline).not.toBe(timeline);
    expect(await new Scenario(store).submit({ id: "gen_new" })).toMatchObject({ type: "accepted" });
    expect(await copy(file, await databases.file())).toMatchObject({ exitCode: 0 });
  });
});

describe.each(["file", "postgres"] as const)("a page of the rows of a %s", (kind) => {
  it("ends with the row that reaches its max bytes, also after small rows", async () => {
    const database = await databases[kind]();
    await database.open().migrate();
    const value = `'é' || ${kind === "file" ? "hex(zeroblob(49999))" : "repeat('x', 99998)"}`;
    for (const name of ["large-1", "large-2", "large-3"]) {
      await database.query(`INSERT INTO @settings (name, value) VALUES ('${name}', ${value})`);
    }
    for (const name of ["k-1", "k-2"])
      await database.query(`INSERT INTO @settings (name, value) VALUES ('${name}', '1')`);
    const { pages } = await openCopied(database);
    const table = copiedTables[0];
    if (table === undefined) throw new Error("The settings are copied.");
    const namesOf = async (maxBytes: number) =>
      (await pages.read({ table, after: ["k"], limit: 1_000, maxBytes })).map(([name]) => name);
    expect(await namesOf(1)).toEqual(["k-1"]);
    // Two bytes for each "é".
    expect(await namesOf(8 + 100_007)).toEqual(["k-1", "k-2", "large-1"]);
    expect(await namesOf(8 + 100_008)).toEqual(["k-1", "k-2", "large-1", "large-2"]);
    expect(await namesOf(1_000_000)).toContain("large-3");
  });
});
