import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { identifyVisitor } from "./visitor-cookie.ts";
import { type VisitorRoutesOptions, visitorRoutes } from "./visitor-routes.ts";

async function linkFor(page: string, networkAddress: string | null) {
  const links = { create: async () => ({ token: "token", expiresAt: 0 }), redeem: async () => null };
  const routes = visitorRoutes({ links, networkAddress: () => networkAddress, topUp: null });
  const app = new Hono().use(identifyVisitor("key")).route("/", routes);
  const response = await app.request(new URL("/handover", page), {
    method: "POST",
    headers: { "content-type": "application/json" },
  });
  const { url, reach } = await response.json();
  return { url, reach };
}

test("a link from a loopback page uses the network address, so that a phone can open it", async () => {
  for (const page of ["http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"]) {
    const url = "http://192.0.2.7:3000/continue#token";
    assert.deepEqual(await linkFor(page, "192.0.2.7"), { url, reach: "network" });
  }
});

test('a link from a machine without a network has the reach "machine"', async () => {
  const url = "http://localhost:3000/continue#token";
  assert.deepEqual(await linkFor("http://localhost:3000", null), { url, reach: "machine" });
});

test("a link keeps the public address of the page", async () => {
  const url = "https://demo.example.com/continue#token";
  assert.deepEqual(await linkFor("https://demo.example.com", "192.0.2.7"), { url, reach: "anywhere" });
});

test("a switch of the person changes to the second person of the team, and back", async () => {
  const links = { create: async () => ({ token: "token", expiresAt: 0 }), redeem: async () => null };
  const routes = visitorRoutes({ links, networkAddress: () => null, topUp: null });
  const app = new Hono().use(identifyVisitor("key")).route("/", routes);
  let cookie = "";
  const request = async (path: string, method: string) => {
    const headers = { cookie, "content-type": "application/json" };
    const response = await app.request(`http://localhost:3000${path}`, { method, headers });
    cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return response;
  };
  const persons: unknown[] = [];
  for (let switches = 0; switches < 3; switches += 1) {
    persons.push((await (await request("/person", "GET")).json()).person);
    assert.equal((await request("/switch-person", "POST")).status, 204);
  }
  assert.deepEqual(persons, [1, 2, 1]);
});

/** Posts a top-up as a new visitor. */
function topUpWith(topUp: VisitorRoutesOptions["topUp"], headers: Readonly<Record<string, string>>) {
  const links = { create: async () => ({ token: "token", expiresAt: 0 }), redeem: async () => null };
  const app = new Hono()
    .use(identifyVisitor("key"))
    .route("/", visitorRoutes({ links, networkAddress: () => null, topUp }));
  return app.request("http://localhost:3000/top-up", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
  });
}

test("a top-up forwards its idempotency key, and a request without one is refused", async () => {
  const keys: string[] = [];
  const topUp = async (_visitorId: string, key: string) => {
    keys.push(key);
    return { balance: 100 };
  };
  const response = await topUpWith(topUp, { "idempotency-key": "one" });
  assert.deepEqual([response.status, await response.json()], [200, { balance: 100 }]);
  assert.equal((await topUpWith(topUp, {})).status, 400);
  assert.deepEqual(keys, ["one"]);
});

test("a top-up is refused if the demo grants no credits", async () => {
  assert.equal((await topUpWith(null, { "idempotency-key": "one" })).status, 403);
});
