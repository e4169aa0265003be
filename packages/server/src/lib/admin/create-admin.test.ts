import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { testServer } from "../../../testing/test-server.js";
import type { AdminOperator, AdminOptions } from "./admin-options.js";
import { createAdmin } from "./create-admin.js";

const origin = "https://app.example";
const base = `${origin}/admin/safelight`;

type Server = Awaited<ReturnType<typeof testServer>>;

/** An operator page for an operator, `null` for a signed-out visitor. */
function open(server: Server, operator: AdminOperator | null, options: Partial<AdminOptions> = {}) {
  const admin = createAdmin(server.safelight, { authorize: () => operator, ...options });
  const get = (path: string, headers: HeadersInit = {}) =>
    admin.handler(new Request(`${base}${path}`, { headers: { accept: "text/html", ...headers } }));
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    admin.handler(
      new Request(`${base}${path}`, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { origin, "sec-fetch-site": "same-origin", accept: "text/html", ...headers },
      }),
    );
  const json = async (path: string) => (await get(path, { accept: "application/json" })).json();
  return { admin, get, post, json };
}

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

  it("responds to a stranger as the host does to an unknown path, with its headers and body", async () => {
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
    expect(await server.store.listOperatorActions({ subject: null, before: null, limit: 9 })).toEqual([]);
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

describe("generations", () => {
  it("are listed without the content of owners, and filtered", async () => {
    const server = await testServer();
    const { id } = await server.as("ada").submit({ prompt: "a secret cat" });
    const other = await server.as("bob").submit({ prompt: "a secret dog" });
    const { get, json } = open(server, grace);
    const page = await (await get("/generations?q=owner:ada")).text();
    expect(page).toContain(id);
    expect(page).not.toContain(other.id);
    expect(page).not.toContain("secret");
    const found = await json("/generations?q=status:pending");
    expect(found.generations.map((generation: { id: string }) => generation.id)).toEqual([other.id, id]);
    expect((await get(`/generations?q=${id}`)).headers.get("location")).toBe(`/admin/safelight/generations/${id}`);
    expect((await get("/generations?q=colour:red")).status).toBe(400);
    expect((await get("/generations?before=x")).status).toBe(400);
  });

  it("show their input only after a reveal, which is recorded", async () => {
    const server = await testServer();
    const { id } = await server.as("ada").submit({ prompt: "a secret cat" });
    const { get, json, post } = open(server, grace);
    expect(await (await get(`/generations/${id}`)).text()).not.toContain("secret");
    expect(JSON.stringify(await json(`/generations/${id}`))).not.toContain("secret");
    expect((await post(`/generations/${id}/reveal`, { reason: "" })).status).toBe(400);
    expect(await (await post(`/generations/${id}/reveal`, { reason })).text()).toContain("a secret cat");
    const { actions } = await json("/actions");
    expect(actions).toMatchObject([{ actor: "grace", action: "reveal", subject: id, reason }]);
    expect((await open(server, grace, { reveal: "never" }).post(`/generations/${id}/reveal`, { reason })).status).toBe(
      403,
    );
  });

  it("are canceled, woken and ended with a reason, each recorded once", async () => {
    const server = await testServer();
    const ada = server.as("ada");
    const [first, second] = [await ada.submit(), await ada.submit()];
    const { get, post } = open(server, grace);
    expect((await post(`/generations/${first.id}/cancel`, { reason: "x" })).status).toBe(400);
    const response = await post(`/generations/${first.id}/cancel`, { reason });
    expect(response.status).toBe(303);
    const location = response.headers.get("location")?.replace("/admin/safelight", "") ?? "";
    expect(await (await get(location)).text()).toContain("The action cancel was applied.");
    expect((await post(`/generations/${first.id}/cancel`, { reason })).status).toBe(409);
    expect((await post(`/generations/${second.id}/end`, { reason })).status).toBe(303);
    const { generation } = (await (await ada.get(`/${second.id}`)).json()) as { generation: unknown };
    expect(generation).toMatchObject({ status: "failed", error: { code: "ended_by_operator" }, refundedCredits: 4 });
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("that are completed are refunded once, up to what was kept", async () => {
    const server = await testServer();
    const ada = server.as("ada");
    const { id } = await ada.finish((await ada.submit()).id);
    const { post } = open(server, grace);
    expect((await post(`/generations/${id}/refund`, { reason, credits: "5" })).status).toBe(400);
    const send = () => post(`/generations/${id}/refund`, { reason, credits: "3" });
    expect((await Promise.all([send(), send()])).map(({ status }) => status)).toEqual([303, 303]);
    expect((await send()).status).toBe(409);
    const detail = await server.store.getDetail({ id });
    expect(detail?.entries.map(({ amount, kind }) => [kind, amount])).toEqual([
      ["debit", -4],
      ["capture", 0],
      ["adjustment", 3],
    ]);
    expect(detail?.actions.filter(({ outcome }) => outcome === "applied")).toHaveLength(1);
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("are 404 for an unknown or malformed id", async () => {
    const { get, post } = open(await testServer(), grace);
    for (const id of ["x", "gen_00000000-0000-7000-8000-000000000000"]) {
      expect((await get(`/generations/${id}`)).status).toBe(404);
      expect((await post(`/generations/${id}/wake`, { reason })).status).toBe(404);
    }
  });
});

describe("accounts", () => {
  it("are adjusted once for each form, with a reason", async () => {
    const server = await testServer();
    await server.as("ada").submit();
    const { get, json, post } = open(server, grace);
    const { balance } = await json("/accounts?id=ada");
    const fields = { id: "ada", amount: "5", key: "form-1234", reason };
    const [first, second] = [await post("/accounts/adjust", fields), await post("/accounts/adjust", fields)];
    expect([first.status, second.status]).toEqual([303, 303]);
    expect(await json("/accounts?id=ada")).toMatchObject({
      balance: balance + 5,
      actions: [{ outcome: "unchanged" }, { outcome: "applied", before: { balance }, after: { balance: balance + 5 } }],
    });
    expect((await post("/accounts/adjust", { ...fields, id: "nobody" })).status).toBe(404);
    expect((await post("/accounts/adjust", { ...fields, amount: "0.5" })).status).toBe(400);
    for (const amount of ["1e3", "0x10", "", "Infinity"]) {
      expect((await post("/accounts/adjust", { ...fields, key: "form-5678", amount })).status).toBe(400);
    }
    expect((await get("/accounts")).status).toBe(200);
    expect(await (await get("/accounts?id=unknown")).text()).toContain("No account has the id");
    expect(await server.safelight.audit()).toEqual([]);
  });
});

describe("the audit", () => {
  it("runs on demand, and is recorded", async () => {
    const server = await testServer();
    await server.as("ada").submit();
    const { get, json, post } = open(server, grace);
    expect(await (await get("/audit")).text()).toContain("Run the audit");
    expect(await json("/audit")).toEqual({ violations: null });
    expect(await (await post("/audit", { reason })).text()).toContain("no violation was found");
    const actions = await server.store.listOperatorActions({ subject: "*", before: null, limit: 9 });
    expect(actions).toMatchObject([{ action: "audit", actor: "grace" }]);
  });
});

describe("the overview", () => {
  it("counts what is in progress and what has ended, by model", async () => {
    const server = await testServer();
    const ada = server.as("ada");
    await ada.finish((await ada.submit()).id);
    await ada.submit();
    const { get, json } = open(server, grace);
    expect(await json("/")).toMatchObject({ active: [{ state: "queued", count: 1 }], stuck: [] });
    expect(await (await get("/")).text()).toContain("No generation is stuck");
  });
});

describe("a cursor", () => {
  it.each(["/accounts?id=ada&before=", "/actions?before=", "/generations?before="])(
    "of %s must be valid",
    async (path) => {
      const { get } = open(await testServer(), grace);
      for (const before of ["", "x", "1e3", "0x1", "1.5", "99999999999999999999"]) {
        expect((await get(`${path}${before}`)).status).toBe(400);
      }
    },
  );
});
