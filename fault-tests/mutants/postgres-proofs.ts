import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { differential } from "../differential/differential.js";
import { type PostgresServer, startPostgresServer } from "../ground/postgres-server.js";
import { storm } from "../storm/storm.js";

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgresServer();
}, 120_000);

afterAll(async () => {
  await server.stop();
});

it.each([storm, differential])("$id", { timeout: 300_000 }, async (proof) => {
  const replaced = new Map(Object.entries(inject("mutatedSources")));
  const ground = { kind: "postgres", server: server.url } as const;
  const { violations } = await proof.run({ scale: "short", seed: 1, ground, replaced });
  expect(violations).toEqual([]);
});
