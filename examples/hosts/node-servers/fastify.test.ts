import assert from "node:assert/strict";
import { it } from "node:test";
import { dataFolder, json, startHost } from "./running-host.ts";
import { smokeHost } from "./smoke.ts";

smokeHost("Fastify 5", {
  start: ["node", "fastify.ts"],
  startAdmin: ["node", "fastify-admin.ts"],
  packages: ["fastify", "node"],
});

it("leaves the parsers of Fastify's other routes alone", async () => {
  const host = await startHost(["node", "fastify.ts"], { folder: dataFolder() });
  assert.deepEqual(await (await host.send(null, "/echo", json({ a: 1 }))).json(), { a: 1 });
});
