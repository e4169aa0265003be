import { once } from "node:events";
import { existsSync } from "node:fs";
import { type RequestOptions, request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
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

/** Sends statements, and returns the status and the body of the response. */
async function send(url: string, sql: readonly string[], init: RequestOptions = {}): Promise<[number, string]> {
  const requests = sql.map((statement) => ({ type: "execute", stmt: { sql: statement } }));
  const headers = { "content-type": "application/json", ...init.headers };
  const sent = request(new URL("/v2/pipeline", url), { method: "POST", ...init, headers });
  sent.end(JSON.stringify({ requests }));
  const [response] = await once(sent, "response");
  return [response.statusCode, await text(response)];
}

it.each([
  ["an origin", { origin: "https://evil.example" }, 403],
  ["the origin of a sandboxed page", { origin: "null" }, 403],
  ["Sec-Fetch-Site", { "sec-fetch-site": "same-origin" }, 403],
  ["a name that resolves to loopback", { host: "evil.example" }, 403],
  ["a name that starts like loopback", { host: "127.0.0.1.evil.example:8080" }, 403],
  ["a content type without a preflight", { "content-type": "text/plain" }, 415],
  ["a long body", { "content-length": "16777217" }, 413],
])("refuses a request with %s", async (_, headers, status) => {
  const file = join(await tempFolder("serve"), "local.db");
  const url = (await serve(file)).output.split(" ")[0] ?? "";
  const [refused] = await send(url, ["CREATE TABLE planted (a)"], { headers });
  expect(refused).toBe(status);
  const [, tables] = await send(url, ["SELECT count(*) AS n FROM sqlite_master"], { headers: { host: "localhost" } });
  expect(tables).toContain('{"type":"integer","value":"0"}');
});

it("destroys the connection of a longer body without Content-Length", async () => {
  const url = (await serve(join(await tempFolder("serve"), "local.db"))).output.split(" ")[0] ?? "";
  const headers = { "transfer-encoding": "chunked" };
  await expect(send(url, [`SELECT '${"x".repeat(17_000_000)}'`], { headers })).rejects.toThrow();
});

it.each([
  "ATTACH DATABASE ':file' AS other",
  "attach database ':file' AS other",
  "/* a comment */ -- another\n\t ATTACH DATABASE ':file' AS other",
  ";ATTACH DATABASE ':file' AS other",
  "\uFEFFATTACH DATABASE ':file' AS other",
  "SELECT 1; ATTACH DATABASE ':file' AS other",
  "VACUUM INTO ':file'",
  "EXPLAIN SELECT 1; VACUUM INTO ':file'",
])("writes no other file: %j", async (statement) => {
  const folder = await tempFolder("serve");
  const url = (await serve(join(folder, "local.db"))).output.split(" ")[0] ?? "";
  const file = join(folder, "other.db");
  const statements = ["CREATE TABLE kept (a)", statement.replace(":file", file), "CREATE TABLE other.planted (a)"];
  const [status, results] = await send(url, statements);
  expect(status).toBe(200);
  expect(results).toContain('"type":"error"');
  expect(existsSync(file)).toBe(false);
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
