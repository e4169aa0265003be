import { join } from "node:path";
import { createClient } from "@libsql/client/web";
import { afterEach, expect, it, onTestFinished } from "vitest";
import { Scenario } from "../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { libsqlClientStore } from "../store/libsql/libsql-client-store.js";
import type { CommandOutcome } from "./command-outcome.js";
import { runCommand } from "./run-command.js";

const running: CommandOutcome[] = [];
afterEach(() => Promise.all(running.splice(0).map(({ close }) => close?.())));

async function serve(file: string, port = "0"): Promise<CommandOutcome> {
  const outcome = await runCommand(["serve", `file:${file}`, "--port", port], {});
  running.push(outcome);
  return outcome;
}

it("serves a new database file to a store, and keeps its rows for the next start", async () => {
  const file = join(await tempFolder("serve"), "local.db");
  for (const attempt of ["first", "second"]) {
    const { exitCode, output, close } = await serve(file);
    expect(exitCode).toBe(0);
    const [url = ""] = output.split(" ");
    const client = createClient({ url, concurrency: Number.POSITIVE_INFINITY });
    onTestFinished(() => client.close());
    const store = await libsqlClientStore({ client });
    await store.migrate();
    if (attempt === "first") await new Scenario(store).accepted();
    const { rows } = await client.execute({
      sql: "SELECT count(*) AS n FROM safelight_generations WHERE 1 = ?",
      args: [1],
    });
    expect(rows[0]?.n).toBe(1);
    expect(await store.audit()).toEqual([]);
    await store.close();
    await close?.();
  }
});

it("reports an SQL error of a single statement, and refuses interactive transactions", async () => {
  const { output } = await serve(join(await tempFolder("serve"), "local.db"));
  const client = createClient({ url: output.split(" ")[0] ?? "" });
  onTestFinished(() => client.close());
  await expect(client.execute("SELECT * FROM absent")).rejects.toThrow("no such table");
  await expect(client.executeMultiple("SELECT 1; SELECT 2")).rejects.toThrow("does not support");
});

it("says which port is in use", async () => {
  const folder = await tempFolder("serve");
  const { output } = await serve(join(folder, "local.db"));
  const port = /:(\d+) /.exec(output)?.[1] ?? "";
  expect(await serve(join(folder, "other.db"), port)).toEqual({
    exitCode: 2,
    output: "",
    errors: `Could not serve the database: port ${port} is in use: choose another one with --port\n`,
  });
});
