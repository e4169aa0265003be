import type { Json } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { clearedPostgres } from "../../../../test/start-postgres.js";
import { testServer } from "../../../../testing/test-server.js";
import { postgresStore } from "../../store/postgres/postgres-store.js";

const database = clearedPostgres();

async function serverOnPostgres() {
  const store = postgresStore({ client: await database() });
  await store.migrate();
  return testServer({ store });
}

const nul = encodeURIComponent("a\0b");
const id = "gen_0\0";

/** Requests with a NUL character, which Postgres refuses in a text. */
const requests: readonly { readonly method: string; readonly path: string; readonly body?: Json }[] = [
  { method: "GET", path: `/?scope=${nul}` },
  { method: "GET", path: `/?model=${nul}` },
  { method: "GET", path: `/?cursor=${nul}` },
  { method: "GET", path: `/?cursor=${Buffer.from("h1:a\0b").toString("base64url")}` },
  { method: "GET", path: `/credits?cursor=${Buffer.from("c1:a\0b").toString("base64url")}` },
  { method: "GET", path: `/active?scope=${nul}` },
  { method: "GET", path: `/active?after=1&wait=0&scope=${nul}` },
  { method: "GET", path: `/active?after=1&wait=0&owner=${nul}&timeline=${nul}` },
  { method: "GET", path: `/${nul}` },
  { method: "DELETE", path: `/${nul}` },
  { method: "POST", path: `/${nul}/cancel` },
  { method: "POST", path: `/${nul}/retry`, body: {} },
  { method: "POST", path: "/seen", body: { ids: [id] } },
  { method: "POST", path: "/notices/claim", body: { claim: "a\0b" } },
  { method: "POST", path: "/notices/confirm", body: { claim: "a\0b", ids: [id] } },
  { method: "POST", path: "/", body: { model: "a\0b", input: { prompt: "x" } } },
  { method: "POST", path: "/", body: { model: "flux", scope: "a\0b", input: { prompt: "x" } } },
  { method: "POST", path: "/", body: { model: "flux", metadata: { a: "a\0b" }, input: { prompt: "x" } } },
  { method: "POST", path: "/", body: { model: "flux", input: { prompt: "a\0b" } } },
  { method: "GET", path: `/media/${nul}?expires=1&signature=a&of=b` },
  { method: "GET", path: `/inputs/${nul}` },
  { method: "POST", path: `/webhooks/${nul}`, body: {} },
];

describe("a NUL character on Postgres", () => {
  it.each(requests)("$method $path $body is no internal error", async ({ body, method, path }) => {
    const server = await serverOnPostgres();
    const response = await server.request("ada", path, {
      method,
      headers: { "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(response.status).toBeLessThan(500);
  });
});
