import assert from "node:assert/strict";
import { it } from "node:test";
import { dataFolder, json, startHost } from "./running-host.ts";
import { smokeHost } from "./smoke.ts";

smokeHost("Express 5", {
  start: ["node", "express.ts"],
  startAdmin: ["node", "express-admin.ts"],
  packages: ["express", "node"],
});

it("leaves the parsers of the app's other routes alone", async () => {
  const host = await startHost(["node", "express.ts"], { folder: dataFolder() });
  assert.deepEqual(await (await host.send(null, "/echo", json({ a: 1 }))).json(), { a: 1 });
});

it("responds with the fix when express.json() comes before Safelight", async () => {
  const host = await startHost(["node", "parser-first.ts"], { folder: dataFolder() });
  const response = await host.send("ann", "", json({ model: "poster", input: { prompt: "x" } }));
  assert.equal(response.status, 500);
  assert.match((await response.json()).detail, /mount Safelight before express\.json\(\)/);
});
