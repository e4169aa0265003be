import { drizzle as drizzleOnPg } from "drizzle-orm/node-postgres";
import { drizzle as drizzleOnPglite } from "drizzle-orm/pglite";
import { drizzle as drizzleOnPostgresJs } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { describe, expect, it, onTestFinished } from "vitest";
import { startPglite } from "../../../../../test/start-pglite.js";
import { startPostgres } from "../../../../../test/start-postgres.js";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import { postgresStore } from "../postgres-store.js";
import { type PostgresClient, sendThrough } from "./postgres-client.js";

const server = startPostgres();
const inProcess = startPglite();

async function openPostgresJs() {
  const client = postgres({ host: (await server()).socketFolder, username: "postgres", max: 2, onnotice: () => {} });
  onTestFinished(() => client.end());
  return client;
}

const clients: Readonly<Record<string, () => Promise<PostgresClient>>> = {
  "a pool of pg": async () => (await server()).openPool(),
  "postgres.js": openPostgresJs,
  PGlite: async () => (await inProcess()).client,
  "drizzle on pg": async () => drizzleOnPg((await server()).openPool()),
  "drizzle on postgres.js": async () => drizzleOnPostgresJs(await openPostgresJs()),
  "drizzle on PGlite": async () => drizzleOnPglite((await inProcess()).client),
};

describe.each(Object.entries(clients))("%s", (name, open) => {
  it("runs the commands of a life", async () => {
    const schema = name.toLowerCase().replaceAll(/\W/g, "_");
    const store = postgresStore({ client: await open(), schema, now: () => 1_800_000_000_000.7 });
    await store.migrate();
    const scenario = new Scenario(store);
    const prompt = '\u0000 \ud800 ü "\\';
    const limits = { maxActive: 50, rate: { requests: 7, perMs: 60_000 }, refunds: null };
    const id = await scenario.accepted({ input: { prompt }, parsedInput: { prompt }, limits });
    const claim = await scenario.claimOne(id);
    expect(claim.parsedInput).toEqual({ prompt });
    await scenario.intent(claim);
    expect(await scenario.settle(claim, { type: "failed", code: "provider_failed" })).toMatchObject({
      type: "applied",
    });
    expect(await store.get({ ownerId: "ada", id })).toMatchObject({
      input: { prompt },
      state: "failed",
      refundedCredits: 4,
    });
    expect(await store.audit()).toEqual([]);
    await store.close();
  });

  it("reports the code of an error", async () => {
    const send = sendThrough(await open());
    await expect(send("SELECT 1 / $1::bigint AS j", [0])).rejects.toMatchObject({ code: "22012" });
  });
});

it("refuses a client of another shape", () => {
  // The cast is part of the test: a host without types.
  expect(() => sendThrough({ execute: () => {} } as unknown as PostgresClient)).toThrow("Unknown Postgres client");
});
