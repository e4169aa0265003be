import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Hono } from "hono";
import { createHandoverLinks } from "./handover-links.ts";
import { identifyVisitor } from "./visitor-cookie.ts";
import { visitorRoutes } from "./visitor-routes.ts";

function appFor(routes: Hono): Hono {
  const app = new Hono();
  app.use(identifyVisitor("key"));
  app.route("/api/visitor", routes);
  return app.all("*", (context) => context.text("ok"));
}

test("a page or API request sets the visitor cookie, a signed image request does not", async () => {
  const app = appFor(new Hono());
  for (const [path, cookies] of [
    ["/", 1],
    ["/api/generations", 1],
    ["/api/generations/active", 1],
    ["/api/generations/gen_1", 1],
    ["/api/generations/gen_1/outputs/0?signature=x", 0],
    ["/api/generations/gen_1/preview?signature=x", 0],
    ["/api/generations/inputs", 1],
    ["/api/generations/inputs/inp_1?signature=x", 0],
  ] as const) {
    assert.equal((await app.request(path)).headers.getSetCookie().length, cookies, path);
  }
});

test("visitor routes refuse a large body", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "safelight-visitor-"));
  context.after(() => rm(folder, { recursive: true }));
  const app = appFor(visitorRoutes({ links: createHandoverLinks(folder), networkAddress: () => null, topUp: null }));
  const redeem = (token: string) =>
    app.request("/api/visitor/handover/redeem", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
  assert.equal((await redeem("x".repeat(50))).status, 410);
  assert.equal((await redeem("x".repeat(1_024))).status, 413);
});
