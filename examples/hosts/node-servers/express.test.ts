import assert from "node:assert/strict";
import { it } from "node:test";
import { dataFolder, json, smokeHost, startHost } from "./smoke.ts";

smokeHost("Express 5", ["node", "express.ts"]);

it("leaves the parsers of the app's other routes alone", async () => {
  const host = await startHost(["node", "express.ts"], dataFolder());
  assert.deepEqual(await (await host.send(null, "/echo", json({ a: 1 }))).json(), { a: 1 });
});

it("responds with the fix when express.json() comes before Safelight", async () => {
  const host = await startHost(["node", "parser-first.ts"], dataFolder());
  const response = await host.send("ann", "", json({ model: "poster", input: { prompt: "x" } }));
  assert.equal(response.status, 500);
  assert.match((await response.json()).detail, /mount Safelight before express\.json\(\)/);
});
