import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import {
  adminBase as base,
  openAdminPage as open,
  adminOrigin as origin,
} from "../../../testing/admin/open-admin-page.js";
import { testServer } from "../../../testing/test-server.js";
import { anyAction } from "../ports/store/operator-store.js";
import type { AdminOperator, AdminOptions } from "./admin-options.js";
import { createAdmin } from "./create-admin.js";

const grace: AdminOperator = { actor: "grace", may: "everything" };
const reason = "ticket 7";

describe("access", () => {
  const paths = ["", "/", "/generations", "/accounts", "/actions", "/audit", "/nothing"];

  it("is 404 for every path and method when authorize returns null, as for an unknown path", async () => {
    const { get, post } = open(await testServer(), null);
    for (const path of paths) {
      const response = await get(path);
      expect([response.status, await response.text()]).toEqual([404, "404 Not Found"]);
      expect((await post(path, { reason })).status).toBe(404);
    }
  });

  it("responds without an operator as the host does to an unknown path, with its headers and body", async () => {
    const { safelight } = await testServer();
    const admin = createAdmin(safelight, { authorize: () => null });
    const host = new Hono().notFound((c) => c.html("<h1>Lost?</h1>", 404)).route("/admin/safelight", admin.app);
    const summary = async (path: string, method: string) => {
      const response = await host.request(`${origin}${path}`, { method });
      return [response.status, [...response.headers], await response.text()];
    };
    for (const method of ["GET", "HEAD", "POST", "DELETE", "OPTIONS"]) {
      const unknown = await summary("/unknown", method);
      for (const path of paths) expect(await summary(`/admin/safelight${path}`, method)).toEqual(unknown);
    }
  });

  it("checks the permission before the body and the id", async () => {
    const { post } = open(await testServer(), { actor: "bob", may: ["wake"] });
    expect((await post("/accounts/adjust", { reason })).status).toBe(403);
    expect((await post("/accounts/adjust", { id: "unknown", amount: "1", key: "key-12345" })).status).toBe(403);
    expect((await post("/generations/x/cancel", {})).status).toBe(403);
    expect((await post("/audit", { reason: "x".repeat(20_000) })).status).toBe(403);
  });

  it("refuses an empty origin, also without publicUrl", async () => {
    const { post } = open(await testServer(), grace);
    expect((await post("/audit", { reason }, { origin: "" })).status).toBe(403);
  });

  it("is 404, also for assets, when authorize throws, and logs the error", async () => {
    const server = await testServer();
    const { get } = open(server, grace);
    const [, style = ""] = /href="\/admin\/safelight(\/assets\/[^"]+)"/.exec(await (await get("/")).text()) ?? [];
    expect((await get(style)).headers.get("content-type")).toContain("text/css");
    const fail = () => {
      throw new Error("no session store");
    };
    expect((await open(server, null, { authorize: fail }).get(style)).status).toBe(404);
    expect((await open(server, null, { authorize: fail }).get("/")).status).toBe(404);
    expect(server.logs.filter(({ level }) => level === "error")).toHaveLength(2);
  });

  it("redirects pages to signIn, and nothing else", async () => {
    const { get, post } = open(await testServer(), null, { signIn: "/login" });
    const response = await get("/generations");
    expect([response.status, response.headers.get("location")]).toEqual([302, "/login"]);
    expect((await get("/generations", { accept: "application/json" })).status).toBe(404);
    expect((await post("/audit", { reason })).status).toBe(404);
  });

  it("refuses every write without the permission", async () => {
    const server = await testServer();
    const { id } = await server.as("ada").submit();
    const writes = ["wake", "cancel", "end", "refund", "reveal"].map((name) => `/generations/${id}/${name}`);
    const fields = { reason, id: "ada", amount: "5", key: "key-12345", credits: "1" };
    for (const may of ["read", []] as const) {
      const { post } = open(server, { actor: "bob", may });
      for (const path of [...writes, "/accounts/adjust", "/audit"]) expect((await post(path, fields)).status).toBe(403);
    }
    expect(await server.store.listOperatorActions({ ...anyAction, subject: null, before: null, limit: 9 })).toEqual([]);
    const { post } = open(server, { actor: "bob", may: ["cancel"] });
    expect((await post(`/generations/${id}/reveal`, fields)).status).toBe(403);
    expect((await post(`/generations/${id}/cancel`, fields)).status).toBe(303);
  });

  it.each([
    ["another origin", { origin: "https://evil.example" }],
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["another subdomain", { "sec-fetch-site": "same-site" }],
    ["the scheme null", { origin: "null", "sec-fetch-site": "cross-site" }],
  ])("refuses a write from %s", async (_, headers) => {
    const server = await testServer();
    const { id } = await server.as("ada").submit();
    expect((await open(server, grace).post(`/generations/${id}/cancel`, { reason }, headers)).status).toBe(403);
    expect((await server.store.getDetail({ id }))?.generation.state).toBe("queued");
  });

  it.each([
    ["127.0.0.1:3000", 303],
    ["rebound.example:3000", 403],
    ["[", 403],
  ])("decides by the Host header where the framework writes another name into the URL: %s", async (host, status) => {
    const server = await testServer();
    const { id } = await server.as("ada").submit();
    const admin = createAdmin(server.safelight, { authorize: () => grace });
    const headers = { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" };
    const init = { method: "POST", headers, body: new URLSearchParams({ reason }) };
    const url = `http://localhost:3000/admin/safelight/generations/${id}/cancel`;
    expect((await admin.handler(new Request(url, init))).status).toBe(status);
  });

  it.each([
    ["a foreign name", "http://rebound.example:3000", {}, 403],
    ["a name that begins with localhost", "http://localhost.rebound.example", {}, 403],
    ["a name that begins with a loopback address", "http://127.0.0.1.rebound.example", {}, 403],
    ["a name without `origins`", "https://admin.example", {}, 403],
    ["a name of `origins`", "https://admin.example", { origins: ["https://admin.example"] }, 303],
    ["localhost", "http://localhost:3000", {}, 303],
    ["a subdomain of localhost", "http://admin.localhost", {}, 303],
    ["127.0.0.1", "http://127.0.0.1:3000", {}, 303],
    ["[::1]", "http://[::1]:3000", {}, 303],
  ] as const)(
    "answers a write under %s, whose Origin is the same, as its name is known",
    async (_, at, options, status) => {
      const server = await testServer();
      const { id } = await server.as("ada").submit();
      const admin = createAdmin(server.safelight, { authorize: () => grace, ...options });
      const headers = { origin: at, "sec-fetch-site": "same-origin" };
      const body = new URLSearchParams({ reason });
      const url = `${at}/admin/safelight/generations/${id}/cancel`;
      expect((await admin.handler(new Request(url, { method: "POST", headers, body }))).status).toBe(status);
    },
  );

  it("accepts a write from the origin of publicUrl behind a proxy that changes Host", async () => {
    const server = await testServer({ publicUrl: "https://photos.example" });
    const { id } = await server.as("ada").submit();
    const { post } = open(server, grace);
    const path = `/generations/${id}/cancel`;
    expect((await post(path, { reason }, { origin: "https://photos.example" })).status).toBe(303);
  });

  it("refuses a form without an origin, and accepts JSON without one, which no other site can send", async () => {
    const server = await testServer();
    const { id } = await server.as("ada").submit();
    const { admin } = open(server, grace);
    const send = (type: string, body: string) =>
      admin.handler(
        new Request(`${base}/generations/${id}/cancel`, {
          method: "POST",
          body,
          headers: { "content-type": type, accept: "application/json" },
        }),
      );
    expect((await send("application/x-www-form-urlencoded", `reason=${reason}`)).status).toBe(403);
    const response = await send("application/json", JSON.stringify({ reason }));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ actor: "grace", action: "cancel", outcome: "applied" });
  });

  it("is 404 at another path than basePath, and logs the mistake", async () => {
    const server = await testServer();
    const { admin } = open(server, grace);
    expect((await admin.handler(new Request(`${origin}/elsewhere`))).status).toBe(404);
    expect(server.logs.at(-1)?.fields.error).toContain("basePath");
  });

  it("needs authorize, a valid path and a composed server", async () => {
    const { safelight } = await testServer();
    const options: object = {};
    expect(() => createAdmin(safelight, options as AdminOptions)).toThrow("needs `authorize`");
    expect(() => createAdmin(safelight, { authorize: () => null, basePath: "admin/" })).toThrow("basePath");
    expect(() => createAdmin({}, { authorize: () => null })).toThrow("createSafelight");
  });
});

describe("every response", () => {
  it("is not cached, and allows no inline code", async () => {
    const { get } = open(await testServer(), grace);
    for (const path of ["/", "/generations", "/nothing"]) {
      const { headers } = await get(path);
      expect(headers.get("cache-control")).toBe("private, no-store");
      expect(headers.get("content-security-policy")).toContain(
        "default-src 'none'; style-src 'self'; script-src 'self'",
      );
      expect(headers.get("content-security-policy")).not.toContain("unsafe");
      expect(headers.get("x-robots-tag")).toBe("noindex");
      expect(headers.get("referrer-policy")).toBe("same-origin");
    }
    const page = await (await get("/")).text();
    expect(page).not.toMatch(/<script(?! src)|<style|\son\w+=|\sstyle=/);
  });

  it("marks its section as the current one", async () => {
    const { get } = open(await testServer(), grace);
    const currentOf = async (path: string) => /aria-current="page">(\w+)</.exec(await (await get(path)).text())?.[1];
    expect(await Promise.all(["/", "/generations", "/audit"].map(currentOf))).toEqual([
      "Overview",
      "Generations",
      "Audit",
    ]);
  });

  it("is a page for an operator also at an unknown path", async () => {
    const { get } = open(await testServer(), grace);
    const response = await get("/nothing");
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("There is no such page.")]);
  });

  it("escapes texts of owners, vendors and operators", async () => {
    const attack = `"><img src=x onerror=alert(1)>'</script>`;
    const server = await testServer();
    const owner = server.as(attack);
    const { id } = await owner.submit({ prompt: attack });
    const { get, post } = open(server, { actor: attack, may: "everything" });
    await post(`/generations/${id}/cancel`, { reason: attack });
    const pages = [
      await get("/"),
      await get(`/generations?q=${encodeURIComponent(attack)}`),
      await get("/generations"),
      await get(`/generations/${id}`),
      await get(`/accounts?id=${encodeURIComponent(attack)}`),
      await get("/actions"),
      await post(`/generations/${id}/reveal`, { reason: attack }),
    ];
    for (const page of pages) expect(await page.text()).not.toContain("<img src=x");
    expect(pages.map(({ status }) => status)).toEqual([200, 400, 200, 200, 200, 200, 200]);
  });
});
