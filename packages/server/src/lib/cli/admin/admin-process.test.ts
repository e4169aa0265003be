import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Database from "libsql";
import { afterAll, expect, it } from "vitest";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";
import { runCommand } from "../run-command.js";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const flags = ["--conditions=@safelight/source", "--import", path("../../../../test/source-imports.ts")];
const running: ChildProcessWithoutNullStreams[] = [];
afterAll(async () => {
  await Promise.all(running.map(async (child) => child.kill() && once(child, "exit")));
});

const file = join(await tempFolder("admin", afterAll), "test.db");
const store = libsqlStore({ url: `file:${file}` });
await store.migrate();
const scenario = new Scenario(store);
const id = await scenario.accepted();
afterAll(() => store.close());

/** Starts the command as a process, and signs in with its address. */
async function start(...options: readonly string[]) {
  const args = ["admin", `file:${file}`, "--port", "0", ...options];
  const child = spawn(process.execPath, [...flags, path("../main.ts"), ...args], { stdio: "pipe" });
  running.push(child);
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const [address] = await once(createInterface(child.stdout), "line");
  const signIn = new URL(String(address));
  // A link checker must not use up the address.
  expect((await fetch(signIn, { method: "HEAD", redirect: "manual" })).headers.get("set-cookie")).toBeNull();
  const response = await fetch(signIn, { redirect: "manual" });
  const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
  const base = signIn.origin + response.headers.get("location");
  const get = (route: string, headers: Record<string, string> = { cookie }) => fetch(base + route, { headers });
  const post = (
    route: string,
    {
      fields = {},
      origin = signIn.origin,
    }: { readonly origin?: string; readonly fields?: Record<string, string> } = {},
  ) =>
    fetch(base + route, {
      method: "POST",
      redirect: "manual",
      headers: { cookie, origin, accept: "application/json" },
      body: new URLSearchParams({ reason: "ticket 7", ...fields }),
    });
  return { base, child, cookie, errors, get, post, response, signIn };
}

it("serves a read-only page on this machine, to the browser that opens its address first", async () => {
  const { base, get, post, response, signIn } = await start();
  expect([signIn.hostname, response.status]).toEqual(["127.0.0.1", 303]);
  expect(response.headers.get("set-cookie")).toMatch(/; Path=\/[\w-]{12}; HttpOnly; SameSite=Strict$/);
  const old = new URL(`/sign-in?token=${"x".repeat(32)}`, signIn);
  for (const link of [signIn, old]) {
    const used = await fetch(link, { redirect: "manual" });
    expect([used.status, used.headers.get("set-cookie")]).toEqual([410, null]);
    expect(await used.text()).toContain("start it again: its\noutput has a new link");
  }
  for (const unknown of ["/sign-in", "/sign-in?token=x"])
    expect((await fetch(new URL(unknown, signIn))).status).toBe(404);
  const page = await get(`/generations/${id}`);
  expect([page.status, page.headers.get("content-security-policy")]).toEqual([
    200,
    expect.stringContaining("default-src 'none'"),
  ]);
  expect(await page.text()).not.toContain("<summary>");
  for (const route of ["/vendors", "/money", "/deliveries", "/files", "/audit"])
    expect((await get(route)).status).toBe(200);
  expect((await get("", {})).status).toBe(404);
  expect((await get("", { cookie: "safelight_admin=guess" })).status).toBe(404);
  expect((await post(`/generations/${id}/cancel`)).status).toBe(403);
  expect((await store.getDetail({ id }))?.generation.state).toBe("queued");
  // A name that resolves to loopback.
  const foreign = httpRequest(base, { headers: { host: "rebound.example" } }).end();
  const [refused] = await once(foreign, "response");
  expect(refused.statusCode).toBe(403);
  refused.resume();
});

it("permits and records actions with --write, but no retry, and no write of another origin", async () => {
  const { get, post } = await start("--write");
  expect(await (await get(`/generations/${id}`)).text()).toContain("<summary>Cancel ");
  expect((await post(`/generations/${id}/cancel`, { origin: "https://evil.example" })).status).toBe(403);
  expect(await (await post(`/generations/${id}/cancel`)).json()).toMatchObject({
    action: "cancel",
    outcome: "applied",
  });
  const page = await (await get(`/generations/${id}`)).text();
  expect(page).toContain("Announce again");
  expect(page).not.toContain("Retry for the owner");
  expect((await post(`/generations/${id}/retry`)).status).toBe(403);
  expect((await store.getDetail({ id }))?.actions).toMatchObject([{ actor: expect.stringContaining("command line") }]);
  // The workers of the host deliver it to the targets that they have.
  expect((await store.listDeliveries({ limit: 9, scanLimit: 9 })).waiting).toBe(4);
  expect(await store.audit()).toEqual([]);
});

it("refuses what needs the statements of sameDatabase, and credits that the host keeps", async () => {
  const [held, other] = [await scenario.accepted(), await scenario.accepted()];
  const host = new Database(file);
  host.exec(`UPDATE safelight_generations SET hold = json_object('accountId', account_id, 'sameDatabase', 1)
    WHERE id IN ('${held}', '${other}')`);
  host.close();
  const { child, errors, get, post, signIn } = await start("--write");
  const page = await (await get(`/generations/${held}`)).text();
  expect([...page.matchAll(/<summary>([^<]*)/g)].map(([, label]) => label?.trim())).toEqual(["Retry now", "Reveal"]);
  expect(page).toContain("Use the operator page of the host");
  for (const [route, fields] of [
    [`/generations/${held}/cancel`, {}],
    [`/generations/${held}/end`, {}],
    ["/bulk/end", { ids: other, key: "key-12345" }],
  ] as const) {
    const refused = await post(route, { fields });
    expect([refused.status, await refused.json()]).toEqual([
      409,
      expect.objectContaining({ error: expect.stringContaining("sameDatabase") }),
    ]);
  }
  const account = (await store.getDetail({ id: held }))?.summary.accountId ?? "";
  expect(await (await get(`/accounts?id=${account}`)).text()).not.toContain("Adjust");
  const adjusted = await post("/accounts/adjust", { fields: { id: account, amount: "5", key: "key-12346" } });
  expect([adjusted.status, await adjusted.json()]).toEqual([
    409,
    expect.objectContaining({ error: expect.stringContaining("The host keeps the credits") }),
  ]);
  expect((await post(`/generations/${held}/wake`)).status).toBe(200);
  expect((await fetch(new URL("/favicon.ico", signIn))).status).toBe(404);
  child.kill();
  await once(child, "exit");
  expect(errors.join("")).not.toContain("The operator page");
});

it("reports wrong arguments, a missing database and a port in use", async () => {
  const run = async (...args: readonly string[]) => (await runCommand(["admin", ...args], {})).errors;
  expect(await run()).toContain("Pass the URL of one database.");
  expect(await run(`file:${file}`, "--port", "x")).toContain("--port must be a number from 0 to 65535");
  expect(await run("file:/nowhere/safelight.db")).toContain("No database at file:/nowhere/safelight.db");
  const opened = await runCommand(["admin", `file:${file}`, "--port", "0", "--json"], {});
  const { port } = new URL(JSON.parse(opened.output).url);
  expect(await run(`file:${file}`, "--port", port)).toContain(`port ${port} is in use`);
  await opened.close?.();
});
