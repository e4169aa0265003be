import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { startLibsqlServer } from "../testing/libsql-server/start-libsql-server.js";
import { Scenario } from "../testing/store-contract/scenario.js";
import { runCommand } from "./run-command.js";

const nobody = {};

describe("safelight audit", () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "safelight-cli-"));
    path = join(folder, "app.db");
    const store = libsqlStore({ url: `file:${path}` });
    await store.migrate();
    await new Scenario(store).accepted();
    await store.close();
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** As nobody should: past the ledger. */
  function forge(): void {
    const database = new Database(path);
    database.exec("UPDATE safelight_accounts SET balance = balance + 5");
    database.close();
  }

  it("ends with 0 when the books are right", async () => {
    expect(await runCommand(["audit", `file:${path}`], nobody)).toEqual({
      exitCode: 0,
      output: "The books are right.\n",
      errors: "",
    });
  });

  it("ends with 1 and names each violation when they are not", async () => {
    forge();
    const { exitCode, output } = await runCommand(["audit", `file:${path}`], nobody);
    expect(exitCode).toBe(1);
    expect(output).toContain("balance_equals_ledger  ada  balance 101, entries 96\n");
    expect(output).toContain("money_is_conserved");
    expect(output).toMatch(/2 violations\.\n$/);
  });

  it("adds up what vendors charged, of the days that are asked for", async () => {
    expect(await runCommand(["costs", `file:${path}`], nobody)).toEqual({
      exitCode: 0,
      output: "Nothing was asked of any vendor in this time.\n",
      errors: "",
    });
    const id = "gen_019a3c00-0000-7000-8000-000000000001";
    const store = libsqlStore({ url: `file:${path}` });
    const scenario = new Scenario(store);
    await scenario.accepted({ id });
    const claim = await scenario.take(id);
    await scenario.intent(claim);
    const attempt = { state: "failed", failure: null, costs: [{ amount: 0.04, unit: "usd" }] } as const;
    await scenario.park(claim, { to: "retry_wait", attempt });
    await store.close();
    const day = new Date(0x019a_3c00_0000).toISOString().slice(0, 10);
    const { output } = await runCommand(["costs", `file:${path}`, "--from", day], nobody);
    expect(output).toBe(
      "model  vendor  attempts  charged  unit  credits kept\ndemo   p       1         0.04     usd   0\n",
    );
    const before = await runCommand(["costs", `file:${path}`, "--to", day, "--json"], nobody);
    expect(before.output).toBe("[]\n");
    expect(await runCommand(["costs", `file:${path}`, "--from", "soon"], nobody)).toMatchObject({ exitCode: 2 });
  });

  it("gives a list to programs", async () => {
    forge();
    const { output } = await runCommand(["audit", `file:${path}`, "--json"], nobody);
    expect(JSON.parse(output)[0]).toEqual({
      check: "balance_equals_ledger",
      subject: "ada",
      detail: "balance 101, entries 96",
    });
  });

  it("leaves a file as it is, to the last byte", async () => {
    const copy = join(folder, "copy.db");
    const database = new Database(path);
    database.exec(`VACUUM INTO '${copy}'`);
    database.close();
    await chmod(copy, 0o444);
    const before = await readFile(copy);
    expect(await runCommand(["audit", `file:${copy}`], nobody)).toMatchObject({ exitCode: 0 });
    expect((await readFile(copy)).equals(before)).toBe(true);
    expect((await readdir(folder)).filter((name) => name.startsWith("copy"))).toEqual(["copy.db"]);
  });

  it("reads a database on a server", async () => {
    const server = await startLibsqlServer({ path, fate: () => "answer" });
    try {
      expect(await runCommand(["audit", server.url], nobody)).toMatchObject({ exitCode: 0 });
    } finally {
      await server.close();
    }
  });

  it("ends with 2 where there is no database, and makes none", async () => {
    const elsewhere = join(folder, "other.db");
    const { exitCode, errors } = await runCommand(["audit", `file:${elsewhere}`], nobody);
    expect([exitCode, errors]).toEqual([
      2,
      `The books could not be read: There is no database at file:${elsewhere}.\n`,
    ]);
    expect(await readdir(folder)).not.toContain("other.db");
  });

  describe("where the database is not ours", () => {
    let foreign: string;

    beforeEach(() => {
      foreign = join(folder, "foreign.db");
      const database = new Database(foreign);
      database.exec("CREATE TABLE things (id)");
      database.close();
    });

    it("ends with 2 and says so in one line", async () => {
      expect(await runCommand(["audit", `file:${foreign}`], nobody)).toEqual({
        exitCode: 2,
        output: "",
        errors: `The books could not be read: There are no tables of Safelight in file:${foreign}: is it another database?\n`,
      });
    });

    it("ends with 2 and says so in one line, also on a server", async () => {
      const server = await startLibsqlServer({ path: foreign, fate: () => "answer" });
      try {
        const { exitCode, errors } = await runCommand(["audit", server.url], nobody);
        expect(exitCode).toBe(2);
        expect(errors).toBe(
          `The books could not be read: There are no tables of Safelight in ${server.url}: is it another database?\n`,
        );
      } finally {
        await server.close();
      }
    });
  });

  it("ends with 2 where the file is no database, and says why", async () => {
    const text = join(folder, "notes.txt");
    await writeFile(text, "These are only words, though quite a few of them. ".repeat(100));
    const { exitCode, errors } = await runCommand(["audit", `file:${text}`], nobody);
    expect(exitCode).toBe(2);
    expect(errors).toMatch(/^The books could not be read: The database could not be read\. \(.*not a database.*\)\n$/);
  });

  it.each([
    [[], "Say what to do."],
    [["audit"], "Give the URL of one database."],
    [["audit", "file:a.db", "file:b.db"], "Give the URL of one database."],
    [["repair", "file:a.db"], 'There is no command "repair".'],
    [["audit", "--force", "file:a.db"], "--force"],
    [["audit", "data/a.db"], '"data/a.db" is no URL. A file is named by file:data/a.db'],
    [["audit", "C:\\a.db"], "A file is named by file:C:\\a.db"],
  ])("explains itself when asked %j", async (args, reason) => {
    const { exitCode, errors } = await runCommand(args, nobody);
    expect(exitCode).toBe(2);
    expect(errors).toContain(reason);
    expect(errors).toContain("safelight audit <url>");
  });

  it("helps whoever asks for it", async () => {
    expect(await runCommand(["--help"], nobody)).toMatchObject({ exitCode: 0, errors: "" });
  });
});
