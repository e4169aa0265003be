import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { copiedDatabases, type TestDatabase } from "../../../../test/copied-databases.js";
import { type HealthyHost, healthyHost } from "../../../../test/projects/healthy-host.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";
import type { CommandContext } from "../command.js";
import { runCommand } from "../run-command.js";
import type { Finding } from "./finding.js";

const databases = copiedDatabases();

async function findingsOf(
  { folder }: HealthyHost,
  { schema, url }: Pick<TestDatabase, "schema" | "url">,
  context: CommandContext = {},
): Promise<readonly Finding[]> {
  const args = ["doctor", "--project", folder, "--db", url, "--schema", schema, "--json"];
  const { errors, output } = await runCommand(args, context);
  expect(errors).toBe("");
  return JSON.parse(output);
}

/** A database with a generation that has just been submitted. */
async function filled(kind: "file" | "postgres") {
  const database = await databases[kind]();
  const store = database.open();
  await store.migrate();
  const id = await new Scenario(store).accepted();
  return { database, id };
}

const breaks: readonly (readonly [Finding["id"], string, string])[] = [
  ["no-tables", "npx safelight migrate", "DROP TABLE @migrations"],
  ["schema-parts-missing", "tablesFilter", "DROP TABLE @outbox"],
  ["schema-unusable", "Upgrade", "INSERT INTO @migrations VALUES (99, 'newer', 99, '', 0)"],
  ["schema-unusable", "Create a new database", "UPDATE @migrations SET hash = ''"],
  ["ledger", "npx safelight audit", "UPDATE @accounts SET balance = balance + 5"],
  ["unclaimed", "worker.start()", "UPDATE @generations SET due_at = due_at - 3600000"],
];

describe.each(["file", "postgres"] as const)("safelight doctor --db: %s", (kind) => {
  it("finds nothing in a healthy database", async () => {
    const { database } = await filled(kind);
    expect(await findingsOf(await healthyHost(), database)).toEqual([]);
  });

  it("reports no unclaimed model while a worker holds another generation of it", async () => {
    const { database, id } = await filled(kind);
    const scenario = new Scenario(database.open());
    await scenario.accepted({ id: "gen_00000000-0000-7000-8000-000000000002" });
    await database.query("UPDATE @generations SET due_at = due_at - 3600000");
    expect(await scenario.claimOnly(id)).toHaveLength(1);
    expect((await findingsOf(await healthyHost(), database)).map((found) => found.id)).toEqual(["stuck"]);
  });

  it("reports a pending migration, a moved database, and a clock that differs", async () => {
    const host = await healthyHost();
    const { database } = await filled(kind);
    const now = () => Date.now() - 3_600_000;
    expect(await findingsOf(host, database, { now })).toMatchObject([
      { id: "database-clock", fix: "Synchronize both clocks with NTP." },
    ]);
    await database.query("DROP INDEX @generations_group");
    await database.query("ALTER TABLE @generations DROP COLUMN group_id");
    await database.query("DELETE FROM @migrations WHERE name = 'groups'");
    expect(await findingsOf(host, database)).toMatchObject([
      { id: "schema-pending", fix: expect.stringContaining("npx safelight migrate") },
    ]);
    await database.open().migrate();
    const target = await databases.file();
    await runCommand(["copy", "--from", database.url, "--to", target.url, "--from-schema", database.schema], {});
    expect(await findingsOf(host, database)).toMatchObject([
      { id: "database-moved", fix: "Use the URL of the new database." },
    ]);
  });

  it.each(breaks)("reports %s with its fix: %s", async (id, fix, statement) => {
    const { database } = await filled(kind);
    if (statement.includes("DROP TABLE @migrations")) {
      const empty = await databases[kind]();
      const findings = await findingsOf(await healthyHost(), empty);
      expect(findings).toMatchObject([{ id, fix: expect.stringContaining(fix) }]);
      return;
    }
    await database.query(statement);
    const findings = await findingsOf(await healthyHost(), database);
    expect(findings.map((found) => found.id)).toContain(id);
    expect(findings.find((found) => found.id === id)?.fix).toContain(fix);
  });

  it("reports generations that make no progress, unknown outcomes, and a provider that refuses", async () => {
    const { database, id } = await filled(kind);
    const store = database.open();
    const scenario = new Scenario(store);
    for (const [index, code] of ["outcome_unknown", "provider_misconfigured"].entries()) {
      const failed = await scenario.accepted({ id: `gen_019a3c00-0000-7000-8000-00000000000${index}` });
      const action = { actor: "op", action: "end", subject: failed, reason: "test" } as const;
      await store.endByOperator({ action, id: failed, announceTo: [], refund: { credits: 4, reason: "test" } });
      await database.query(`UPDATE @generations SET failure_code = '${code}' WHERE id = '${failed}'`);
    }
    await database.query(`UPDATE @generations SET expired_leases = 3 WHERE id = '${id}'`);
    const now = () => 0x019a_3c00_0000 + 60_000;
    const findings = await findingsOf(await healthyHost(), database, { now });
    const expected = [
      ["stuck", "npx safelight ls <url> --stuck"],
      ["stuck", "a storing one cannot be ended"],
      ["unknown-outcomes", "provider's invoice"],
      ["provider-misconfigured", "API key"],
    ] as const;
    for (const [name, fix] of expected) expect(findings.find((found) => found.id === name)?.fix).toContain(fix);
  });
});

it("reports a database that cannot be reached", async () => {
  const database = { url: "postgres://user:pass-word@127.0.0.1:1/app", schema: "public" };
  const findings = await findingsOf(await healthyHost(), database);
  expect(findings).toMatchObject([{ id: "database-unreachable", fix: expect.stringContaining("Check the URL") }]);
  expect(JSON.stringify(findings)).not.toContain("pass-word");
});

it("checks only the database in a folder without a project", async () => {
  const { database } = await filled("file");
  const folder = await tempFolder("operations");
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const flags = ["--conditions=@safelight/source", "--import", path("../../../../test/source-imports.ts")];
  const args = [...flags, path("../main.ts"), "doctor", "--db", database.url];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: "pipe" });
  const [output, errors, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  expect({ exitCode, output, errors }).toEqual({ exitCode: 0, output: "", errors: "" });
});

it("checks the file that the project names, if it exists", async () => {
  const host = await healthyHost();
  const store = libsqlStore({ url: `file:${host.folder}/safelight.db` });
  await store.migrate();
  await store.close();
  const run = () => runCommand(["doctor", "--project", host.folder, "--json"], {});
  expect(JSON.parse((await run()).output)).toEqual([]);
  host.write("safelight.db", "no database ".repeat(100));
  host.write("safelight.db-wal", "");
  expect(JSON.parse((await run()).output)).toMatchObject([{ id: "database-unreachable" }]);
});
