import assert from "node:assert/strict";
import { it } from "node:test";
import { dataFolder, json, smokeHost, startHost } from "./smoke.ts";

smokeHost("Fastify", ["node", "fastify.ts"]);

it("leaves the parsers of Fastify's other routes alone", async () => {
  const host = await startHost(["node", "fastify.ts"], dataFolder());
  assert.deepEqual(await (await host.send(null, "/echo", json({ a: 1 }))).json(), { a: 1 });
});
