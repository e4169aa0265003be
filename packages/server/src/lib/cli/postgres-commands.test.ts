import { once } from "node:events";
import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { copiedDatabases, type TestDatabase } from "../../../test/copied-databases.js";
import { Scenario } from "../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { testServer } from "../../../testing/test-server.js";
import { systemClock } from "../process/system-clock.js";
import { fileStorage } from "../storage/file-storage.js";
import { startTimeline } from "../store/postgres/functions/settings.js";
import { postgresStore } from "../store/postgres/postgres-store.js";
import { runCommand } from "./run-command.js";

const databases = copiedDatabases();

async function migrated(): Promise<TestDatabase> {
  const database = await databases.postgres();
  await database.open().migrate();
  return database;
}

const run = ({ schema, url }: Pick<TestDatabase, "schema" | "url">, command: string, ...args: readonly string[]) =>
  runCommand([command, url, "--schema", schema, ...args], {});

describe("on Postgres", () => {
  it("audit exits with 0 when the ledger is consistent, and with 1 and each violation when it is not", async () => {
    const database = await migrated();
    await new Scenario(database.open()).accepted();
    expect(await run(database, "audit")).toEqual({ exitCode: 0, output: "The ledger is consistent.\n", errors: "" });
    await database.query("UPDATE @accounts SET balance = balance + 5");
    const { exitCode, output } = await run(database, "audit", "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(output)).toContainEqual({
      check: "balance_equals_ledger",
      subject: "ada",
      detail: "balance 101, entries 96",
    });
  });

  it("takes a prefix, and the scheme postgresql://", async () => {
    const { client, schema, url } = await databases.postgres();
    const store = postgresStore({ client, schema, prefix: "studio_" });
    await store.migrate();
    const args = ["audit", url.replace("postgres:", "postgresql:"), "--schema", schema];
    expect(await runCommand([...args, "--prefix", "studio_"], {})).toMatchObject({ exitCode: 0, errors: "" });
    expect(await runCommand([...args, "--prefix", "other_"], {})).toMatchObject({
      exitCode: 2,
      errors: expect.stringMatching(
        /^Could not read the ledger: No Safelight tables in postgres:.* \(copy_\d+\.other_\):/,
      ),
    });
    expect(await runCommand([...args, "--prefix", "A;"], {})).toMatchObject({
      exitCode: 2,
      errors: expect.stringContaining('Invalid prefix "A;"'),
    });
  });

  it("costs sums the vendors' charges", async () => {
    const database = await migrated();
    const scenario = new Scenario(database.open());
    const id = await scenario.accepted({ id: "gen_019a3c00-0000-7000-8000-000000000001" });
    const claim = await scenario.claimOne(id);
    await scenario.intent(claim);
    const attempt = { state: "failed", failure: null, costs: [{ amount: 0.04, unit: "usd" }] } as const;
    await scenario.park(claim, { to: "retry_wait", attempt });
    expect((await run(database, "costs")).output).toBe(
      "model  vendor  attempts  charged  unit  credits kept\ndemo   p       1         0.04     usd   0\n",
    );
  });

  it("sweep removes the files without a row", async () => {
    const database = await migrated();
    const media = await tempFolder("swept");
    const server = await testServer({ store: database.open(), clock: systemClock, storage: fileStorage(media) });
    server.safelight.worker.start();
    const { id } = await server.as("ann").submit();
    const statusOf = async () => (await server.safelight.api.get({ ownerId: "ann" }, id)).status;
    await expect.poll(statusOf).toBe("completed");
    const orphan = `${"e".repeat(32)}/0-${"a".repeat(64)}`;
    await mkdir(dirname(join(media, orphan)));
    await writeFile(join(media, orphan), "orphan");
    await utimes(join(media, orphan), 1, 1);
    const swept = JSON.parse((await run(database, "sweep", "--media", media, "--json")).output);
    expect(swept).toMatchObject({ orphans: [{ key: orphan }], removed: 1 });
    expect(swept.inUse).toBeGreaterThan(0);
    await expect(readFile(join(media, orphan))).rejects.toThrow("ENOENT");
  });

  it("restored starts a new timeline, creates missing functions, and prints neither user nor parameters", async () => {
    const database = await migrated();
    await database.query(`DROP FUNCTION @${startTimeline.name}`);
    const before = (await database.open().sequencesOf([])).timeline;
    const { errors, exitCode, output } = await run(database, "restored");
    const { timeline } = await database.open().sequencesOf([]);
    expect(timeline).not.toBe(before);
    expect([exitCode, errors]).toEqual([0, ""]);
    expect(output).toMatch(
      new RegExp(`^postgres://.* \\(${database.schema}\\.safelight_\\) has the new timeline ${timeline}`),
    );
    expect(output).not.toContain("user=");
  });

  it.each([
    [
      "DELETE FROM @migrations WHERE id = (SELECT max(id) FROM @migrations)",
      /lacks migration \d+ \(.*\) of this release: start/,
    ],
    [
      "INSERT INTO @migrations VALUES (99, 'newer', 99, '', 0)",
      /needs migration 99 \(newer\).*upgrade @safelight\/server/,
    ],
    ["UPDATE @migrations SET hash = ''", /An unreleased version of @safelight\/server created this database/],
    ["DROP TABLE @migrations", /No Safelight tables in postgres:.*pass --schema and --prefix/],
  ])("exits with 2 for tables of another release: %s", async (change, reason) => {
    const database = await migrated();
    await database.query(change);
    for (const command of ["audit", "costs", "restored"]) {
      const { errors, exitCode } = await run(database, command);
      expect([exitCode, errors.split("\n").length]).toEqual([2, 2]);
      expect(errors).toMatch(reason);
    }
  });

  it("needs only the right to read for audit, and reports a missing right", async () => {
    const database = await migrated();
    const { schema, url } = database;
    const role = `reader_${schema}`;
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret-word'`);
    const reader = { schema, url: `${url.replace("user=postgres", `user=${role}`)}&password=secret-word` };
    expect((await run(reader, "audit")).errors).toMatch(/permission denied for schema/);
    await database.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT SELECT ON @migrations TO ${role}`);
    expect((await run(reader, "audit")).errors).toMatch(/^Could not read the ledger: permission denied for table /);
    await database.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
    expect(await run(reader, "audit")).toMatchObject({ exitCode: 0, errors: "" });
    const { errors, exitCode } = await run(reader, "restored");
    expect(exitCode).toBe(2);
    expect(errors).toMatch(/^Could not start a new timeline: permission denied for /);
    expect(errors).not.toContain("secret-word");
  });

  it("reports a wrong password without printing it", async () => {
    const database = await migrated();
    await database.query("CREATE ROLE locked LOGIN PASSWORD 'right-word'");
    const [{ hba_file: file }] = (await database.query("SHOW hba_file")) as [{ hba_file: string }];
    await writeFile(file, `local all locked scram-sha-256\n${await readFile(file, "utf8")}`);
    await database.query("SELECT pg_reload_conf()");
    const socket = new URL(database.url).searchParams.get("host") ?? "";
    const url = `postgres://locked:wrong-word@/postgres?host=${encodeURIComponent(socket)}`;
    const { errors, exitCode } = await run({ ...database, url }, "audit");
    expect(exitCode).toBe(2);
    expect(errors).toContain(`Could not connect to postgres://${socket}/postgres`);
    expect(errors).toContain('password authentication failed for user "locked"');
    expect(errors).not.toContain("wrong-word");
  });
});

it.each(["audit", "restored"])("exits with 2 if the server cannot be reached: %s", async (command) => {
  const { errors, exitCode } = await run(
    { url: "postgres://user:pass-word@127.0.0.1:1/app", schema: "public" },
    command,
  );
  expect(exitCode).toBe(2);
  expect(errors).toMatch(/Could not connect to postgres:\/\/127\.0\.0\.1:1\/app: .*ECONNREFUSED/);
  expect(errors).not.toContain("pass-word");
});

it("exits with 2 if the server accepts the connection and does not respond", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  onTestFinished(() => void silent.close());
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { port } = silent.address() as AddressInfo;
  const outcome = run({ url: `postgres://user@127.0.0.1:${port}/app`, schema: "public" }, "audit");
  const [socket] = await once(silent, "connection");
  socket.resume();
  vi.advanceTimersByTime(10_000);
  expect(await outcome).toMatchObject({ exitCode: 2, errors: expect.stringMatching(/Could not connect to .*timeout/) });
});

it.each(["pa/ss@wd", "12#34", "12/34@5", "pa?x9"])(
  "refuses a URL whose password is not encoded: %s",
  async (password) => {
    const { errors, exitCode } = await run(
      { url: `postgres://user:${password}@127.0.0.1:1/app`, schema: "public" },
      "audit",
    );
    expect(exitCode).toBe(2);
    expect(errors).toContain("Invalid URL of a Postgres database");
    expect(errors).not.toContain(password.slice(-2));
  },
);

it("serve refuses a database in Postgres", async () => {
  expect((await runCommand(["serve", "postgres://user@host/app"], {})).errors).toContain("serve needs a file");
});

describe("restored on Postgres, while processes run", () => {
  /** Returns a function that restores all rows and counters. */
  async function backUp({ query, schema }: TestDatabase): Promise<() => Promise<void>> {
    const named = async (kind: string) => {
      const rows = await query(
        `SELECT c.relname AS name, string_agg(quote_ident(a.attname), ', ') FILTER (WHERE a.attgenerated = '') AS columns
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
         WHERE c.relnamespace = '${schema}'::regnamespace AND c.relkind = '${kind}' GROUP BY 1`,
      );
      return rows.map(({ columns, name }) => ({ table: `"${schema}".${name}`, columns }));
    };
    const [tables, counters] = [await named("r"), await named("S")];
    await query(tables.map(({ table }) => `CREATE TABLE ${table}_saved AS TABLE ${table}`).join("; "));
    const values = await Promise.all(counters.map(({ table }) => query(`SELECT last_value AS value FROM ${table}`)));
    return async () => {
      const restored = tables.map(
        ({ columns, table }) =>
          `DELETE FROM ${table}; INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${table}_saved`,
      );
      const raised = counters.map(({ table }, index) => `SELECT setval('${table}', ${values[index]?.[0]?.value})`);
      await query([...restored, ...raised].join("; "));
    };
  }

  async function restoredServers() {
    const database = await migrated();
    let pause = Promise.resolve();
    let reached = (): void => {};
    const beforeSubmit = async () => {
      reached();
      await pause;
      return undefined;
    };
    const open = (hooks: { readonly beforeSubmit?: () => Promise<undefined> }) =>
      testServer({ store: database.open(), clock: systemClock, hooks });
    const [one, other] = [await open({ beforeSubmit }), await open({})];
    const ann = other.as("ann");
    await ann.submit();
    const restore = await backUp(database);
    for (const owner of ["gone-1", "gone-2", "gone-3"]) {
      await other.as(owner).submit();
      await other.safelight.api.deleteOwner({ ownerId: owner });
    }
    const undone = [await ann.submit(), await ann.submit()];
    // The process caches the position of the erasures.
    await one.as("bob").submit();
    const response = await one.as("ann").get("/active");
    const position = (await response.json()) as { sequence: number; ownerTag: string; timeline: string };
    await restore();
    const holdSubmit = () => {
      let release = (): void => {};
      pause = new Promise((resolve) => {
        release = resolve;
      });
      const isHeld = new Promise<void>((resolve) => {
        reached = resolve;
      });
      return { isHeld, release };
    };
    return { database, one, other, ann, undone, position, holdSubmit };
  }

  it("a page with an old position receives a resync, although the counter has passed it", async () => {
    const { ann, database, one, position, undone } = await restoredServers();
    expect(await run(database, "restored")).toMatchObject({ exitCode: 0, errors: "" });
    for (let count = 0; count <= undone.length; count += 1) await ann.submit();
    const { ownerTag, sequence, timeline } = position;
    const response = await one.as("ann").get(`/active?after=${sequence}&owner=${ownerTag}&timeline=${timeline}`);
    expect(await response.json()).toMatchObject({ resync: true });
  });

  it("deleteOwner refuses requests in flight", async () => {
    const { database, holdSubmit, one, other } = await restoredServers();
    expect(await run(database, "restored")).toMatchObject({ exitCode: 0, errors: "" });
    await other.as("eve").submit();
    const { isHeld, release } = holdSubmit();
    const late = one.as("eve").post("", { model: "flux", input: { prompt: "late" } });
    await isHeld;
    await other.safelight.api.deleteOwner({ ownerId: "eve" });
    release();
    expect((await late).status).toBe(503);
    expect(await database.query("SELECT id FROM @generations WHERE owner_id = 'eve' AND input LIKE '%late%'")).toEqual(
      [],
    );
  });
});
