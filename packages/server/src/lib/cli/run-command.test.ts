import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { beforeEach, describe, expect, it } from "vitest";
import { Scenario } from "../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { startLibsqlServer } from "../store/libsql-server/libsql-server.js";
import { runCommand } from "./run-command.js";

const environment = {};

describe("safelight audit", () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await tempFolder("cli");
    path = join(folder, "app.db");
    const store = libsqlStore({ url: `file:${path}` });
    await store.migrate();
    await new Scenario(store).accepted();
    await store.close();
  });

  /** Bypasses the ledger, which no code of Safelight does. */
  function forge(): void {
    const database = new Database(path);
    database.exec("UPDATE safelight_accounts SET balance = balance + 5");
    database.close();
  }

  it("exits with 0 when the ledger is consistent", async () => {
    expect(await runCommand(["audit", `file:${path}`], environment)).toEqual({
      exitCode: 0,
      output: "The ledger is consistent.\n",
      errors: "",
    });
  });

  it("exits with 1 and lists each violation", async () => {
    forge();
    const { exitCode, output } = await runCommand(["audit", `file:${path}`], environment);
    expect(exitCode).toBe(1);
    expect(output).toContain("balance_equals_ledger  ada  balance 101, entries 96\n");
    expect(output).toContain("money_is_conserved");
    expect(output).toMatch(/2 violations\.\n$/);
  });

  it("sums the vendors' charges of the given days", async () => {
    expect(await runCommand(["costs", `file:${path}`], environment)).toEqual({
      exitCode: 0,
      output: "No vendor was called in this period.\n",
      errors: "",
    });
    const id = "gen_019a3c00-0000-7000-8000-000000000001";
    const store = libsqlStore({ url: `file:${path}` });
    const scenario = new Scenario(store);
    await scenario.accepted({ id });
    const claim = await scenario.claimOne(id);
    await scenario.intent(claim);
    const attempt = { state: "failed", failure: null, costs: [{ amount: 0.04, unit: "usd" }] } as const;
    await scenario.park(claim, { to: "retry_wait", attempt });
    await store.close();
    const day = new Date(0x019a_3c00_0000).toISOString().slice(0, 10);
    const { output } = await runCommand(["costs", `file:${path}`, "--from", day], environment);
    expect(output).toBe(
      "model  vendor  attempts  charged  unit  credits kept\ndemo   p       1         0.04     usd   0\n",
    );
    const before = await runCommand(["costs", `file:${path}`, "--to", day, "--json"], environment);
    expect(before.output).toBe("[]\n");
    expect(await runCommand(["costs", `file:${path}`, "--from", "soon"], environment)).toMatchObject({ exitCode: 2 });
  });

  it("prints JSON with --json", async () => {
    forge();
    const { output } = await runCommand(["audit", `file:${path}`, "--json"], environment);
    expect(JSON.parse(output)[0]).toEqual({
      check: "balance_equals_ledger",
      subject: "ada",
      detail: "balance 101, entries 96",
    });
  });

  it("does not change a byte of the file", async () => {
    const copy = join(folder, "copy.db");
    const database = new Database(path);
    database.exec(`VACUUM INTO '${copy}'`);
    database.close();
    await chmod(copy, 0o444);
    const before = await readFile(copy);
    expect(await runCommand(["audit", `file:${copy}`], environment)).toMatchObject({ exitCode: 0 });
    expect((await readFile(copy)).equals(before)).toBe(true);
    expect((await readdir(folder)).filter((name) => name.startsWith("copy"))).toEqual(["copy.db"]);
  });

  it("reads a database on a server", async () => {
    const server = await startLibsqlServer({ path });
    try {
      expect(await runCommand(["audit", server.url], environment)).toMatchObject({ exitCode: 0 });
    } finally {
      await server.close();
    }
  });

  it("exits with 2 if there is no database, and creates none", async () => {
    const elsewhere = join(folder, "other.db");
    const { exitCode, errors } = await runCommand(["audit", `file:${elsewhere}`], environment);
    expect([exitCode, errors]).toEqual([2, `Could not read the ledger: No database at file:${elsewhere}.\n`]);
    expect(await readdir(folder)).not.toContain("other.db");
  });

  describe("for a database of another program", () => {
    let foreign: string;

    beforeEach(() => {
      foreign = join(folder, "foreign.db");
      const database = new Database(foreign);
      database.exec("CREATE TABLE things (id)");
      database.close();
    });

    it("exits with 2 and prints one line", async () => {
      expect(await runCommand(["audit", `file:${foreign}`], environment)).toEqual({
        exitCode: 2,
        output: "",
        errors: `Could not read the ledger: No Safelight tables in file:${foreign}: check that it is the right database.\n`,
      });
    });

    it("exits with 2 and prints one line on a libSQL server", async () => {
      const server = await startLibsqlServer({ path: foreign });
      try {
        const { exitCode, errors } = await runCommand(["audit", server.url], environment);
        expect(exitCode).toBe(2);
        expect(errors).toBe(
          `Could not read the ledger: No Safelight tables in ${server.url}: check that it is the right database.\n`,
        );
      } finally {
        await server.close();
      }
    });
  });

  it("exits with 2 and the reason if the file is not a database", async () => {
    const text = join(folder, "notes.txt");
    await writeFile(text, "These are only words, though quite a few of them. ".repeat(100));
    const { exitCode, errors } = await runCommand(["audit", `file:${text}`], environment);
    expect(exitCode).toBe(2);
    expect(errors).toMatch(/^Could not read the ledger: The database could not be read\. \(.*not a database.*\)\n$/);
  });

  it.each([
    [[], "No command given."],
    [["audit"], "Pass the URL of one database."],
    [["audit", "file:a.db", "file:b.db"], "Pass the URL of one database."],
    [["repair", "file:a.db"], 'Unknown command "repair".'],
    [["audit", "--force", "file:a.db"], "--force"],
    [["audit", "data/a.db"], '"data/a.db" is not a URL. For a file, use file:data/a.db'],
    [["audit", "C:\\a.db"], "For a file, use file:C:\\a.db"],
  ])("prints the error and the usage for %j", async (args, reason) => {
    const { exitCode, errors } = await runCommand(args, environment);
    expect(exitCode).toBe(2);
    expect(errors).toContain(reason);
    expect(errors).toContain("safelight audit <url>");
  });

  it("prints the usage for --help", async () => {
    expect(await runCommand(["--help"], environment)).toMatchObject({ exitCode: 0, errors: "" });
  });
});
