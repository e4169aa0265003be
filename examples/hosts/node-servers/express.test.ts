import assert from "node:assert/strict";
import { it } from "node:test";
import { dataFolder, json, smokeHost, startHost } from "./smoke.ts";

smokeHost("Express 5", ["node", "express.ts"]);

it("leaves the parsers of the app's other routes alone", async () => {
  const host = await startHost(["node", "express.ts"], dataFolder());
  assert.deepEqual(await (await host.send(null, "/echo", json({ a: 1 }))).json(), { a: 1 });
});

it("serves the operator page to staff only, with forms", async () => {
  const host = await startHost(["node", "express-admin.ts"], dataFolder());
  const load = (user: string, init: RequestInit = {}) =>
    fetch(`${host.url}/admin/safelight/audit`, {
      ...init,
      headers: { authorization: `Bearer ${user}`, ...init.headers },
    });
  assert.equal((await load("ann")).status, 404);
  assert.match(await (await load("staff")).text(), /Run the audit/);
  const form = { method: "POST", headers: { origin: host.url }, body: new URLSearchParams({ reason: "ticket 7" }) };
  assert.match(await (await load("staff", form)).text(), /The ledger is consistent/);
});

it("responds with the fix when express.json() comes before Safelight", async () => {
  const host = await startHost(["node", "parser-first.ts"], dataFolder());
  const response = await host.send("ann", "", json({ model: "poster", input: { prompt: "x" } }));
  assert.equal(response.status, 500);
  assert.match((await response.json()).detail, /mount Safelight before express\.json\(\)/);
});
