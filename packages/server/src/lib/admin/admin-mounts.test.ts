import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Hono } from "hono";
import { expect, it, onTestFinished } from "vitest";
import { testServer } from "../../../testing/test-server.js";
import { toNodeHandler } from "../http/mount/node-handler.js";
import { createAdmin } from "./create-admin.js";

it("is mounted in a Hono app, whose context authorize receives", async () => {
  const { safelight } = await testServer();
  const admin = createAdmin(safelight, {
    authorize: ({ context }) => (context?.req.header("x-user") === "grace" ? { actor: "grace", may: "read" } : null),
  });
  const app = new Hono().route("/admin/safelight", admin.app);
  const load = (headers: HeadersInit) => app.request("/admin/safelight/generations", { headers });
  expect((await load({ "x-user": "grace" })).status).toBe(200);
  expect((await load({ "x-user": "bob" })).status).toBe(404);
});

it("is exported from a route file of Next.js, which passes its own context", async () => {
  const { safelight } = await testServer();
  const admin = createAdmin(safelight, {
    authorize: ({ headers }) => (headers.get("x-user") === "grace" ? { actor: "grace", may: "everything" } : null),
  });
  const route = { GET: admin.handler, POST: admin.handler };
  const context = { params: Promise.resolve({ path: ["audit"] }) };
  const headers = { "x-user": "grace", origin: "http://localhost" };
  const url = "http://localhost/admin/safelight/audit";
  expect((await route.GET(new Request(url, { headers }), context)).status).toBe(200);
  expect((await route.GET(new Request(url), context)).status).toBe(404);
  const body = new URLSearchParams({ reason: "ticket 7" });
  const response = await route.POST(new Request(url, { method: "POST", headers, body }), context);
  expect(await response.text()).toContain("The ledger is consistent");
});

it("is served by Node's http server, as in Express, with a form that has a body", async () => {
  const server = await testServer();
  const { id } = await server.as("ada").submit();
  const admin = createAdmin(server.safelight, {
    basePath: "/ops",
    authorize: ({ incoming }) => (Object(incoming).user === "grace" ? { actor: "grace", may: "everything" } : null),
  });
  const handle = toNodeHandler(admin);
  const host = createServer((request, response) => {
    const { "x-user": user } = request.headers;
    // As a router of Express: it strips the mount path, and earlier middleware has set the user.
    const url = request.url?.replace(/^\/ops/, "") ?? "";
    handle(Object.assign(request, { user, originalUrl: request.url, url }), response);
  });
  onTestFinished(() => {
    host.closeAllConnections();
    host.close();
  });
  await once(host.listen(0, "127.0.0.1"), "listening");
  // The cast is safe: a server that listens on TCP has this address.
  const origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  const send = (user: string) =>
    fetch(`${origin}/ops/generations/${id}/cancel`, {
      method: "POST",
      headers: { origin, "x-user": user, accept: "application/json" },
      body: new URLSearchParams({ reason: "ticket 7" }),
    });
  expect((await send("bob")).status).toBe(404);
  const response = await send("grace");
  expect([response.status, (await response.json()).outcome]).toEqual([200, "applied"]);
  expect((await fetch(`${origin}/ops`, { headers: { "x-user": "grace" } })).status).toBe(200);
});
