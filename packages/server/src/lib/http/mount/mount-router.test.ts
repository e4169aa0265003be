import { Hono } from "hono";
import { setCookie } from "hono/cookie";
import { describe, expect, it } from "vitest";
import { problemOf, testServer } from "../../../../testing/test-server.js";
import { toNextHandlers } from "./next-handlers.js";

const headers = { authorization: "Bearer ann" };

describe("a mounted router", () => {
  it("handles requests below the base path only, and leaves the rest to the host", async () => {
    const { safelight } = await testServer({ basePath: "/media/" });
    const host = new Hono();
    host.route("/media", safelight.app);
    host.get("/", (c) => c.text("home"));
    host.get("/mediator", (c) => c.text("the host's"));
    expect((await host.request("/media/active", { headers })).status).toBe(200);
    expect((await host.request("/media", { headers })).status).toBe(200);
    expect((await host.request("/media/", { headers })).status).toBe(200);
    expect(await (await host.request("/")).text()).toBe("home");
    expect(await (await host.request("/mediator")).text()).toBe("the host's");
  });

  it.each([
    ["at another path", (app: Hono) => new Hono().route("/elsewhere", app), "/elsewhere/active"],
    ["at the root", (app: Hono) => app, "/active"],
    [
      "with its path cut off",
      (app: Hono) => new Hono().mount("/api/generations", app.fetch),
      "/api/generations/active",
    ],
    ["at a longer word", (app: Hono) => app, "/api/generationsactive"],
  ])("explains the mistake when it is mounted %s, and logs it once", async (_, mount, path) => {
    const server = await testServer();
    const host = mount(server.safelight.app);
    for (const _ of ["first", "second"]) {
      const response = await host.request(path, { headers });
      expect(response.status).toBe(404);
      const problem = await problemOf(response);
      expect(problem.code).toBe("not_found");
      expect(problem.detail).toMatch(/not below `basePath` \(\/api\/generations\)\. Mount Safelight at/);
    }
    const fields = { path: expect.stringMatching(/active$/), error: expect.stringContaining("MountError") };
    expect(server.logs).toMatchObject([{ level: "error", fields }]);
  });

  it.each([
    ["/%61pi/generations/health", 200],
    ["/api/gener%61tions/%68ealth", 200],
    ["/api/generations/%zz", 404],
    ["/api/generations/%2fhealth", 404],
    ["/api/generations//health", 404],
    ["/api/generations/%00", 404],
    ["/api/generations/%e4", 404],
    [`/api/generations/${"a%20".repeat(2_000)}`, 404],
    ["//api/generations/health", 404],
    ["/api%2fgenerations/health", 404],
  ])("responds to %s with %i for any routing of the host", async (path, status) => {
    const server = await testServer();
    const host = new Hono().route("/api/generations", server.safelight.app);
    expect((await host.fetch(new Request(`http://localhost${path}`, { headers }))).status).toBe(status);
    expect(server.logs).toEqual([]);
  });

  it("responds 404 to a path of Deno whose dots leave the mount path, which is no mistake of the host", async () => {
    const server = await testServer();
    const host = new Hono().route("/api/generations", server.safelight.app);
    const request = new Request("http://localhost/", { headers });
    // Other runtimes resolve the dots before Hono routes the request.
    Object.defineProperty(request, "url", { value: "http://localhost/api/generations/%2e%2e/x" });
    const response = await host.fetch(request);
    expect([response.status, (await problemOf(response)).code]).toEqual([404, "not_found"]);
    expect(server.logs).toEqual([]);
  });

  it("may be mounted at the root with an empty base path", async () => {
    const { safelight } = await testServer({ basePath: "/" });
    expect((await safelight.app.request("/active", { headers })).status).toBe(200);
    expect((await safelight.app.request("/", { headers })).status).toBe(200);
  });

  it("passes the host's context to identify, and sends the headers of its middleware, on refusals too", async () => {
    const { safelight } = await testServer({
      identify: ({ context, headers: given, request }) => {
        expect(given).toBe(request?.headers);
        return context?.get("user") ?? null;
      },
    });
    const host = new Hono<{ Variables: { user: string | null } }>();
    host.use(async (c, next) => {
      const user = c.req.header("x-user") ?? null;
      c.set("user", user);
      setCookie(c, "visitor", user ?? "anonymous");
      c.header("X-Frame-Options", "DENY");
      await next();
    });
    host.route("/api/generations", safelight.app);
    for (const [user, status] of [
      ["ann", 200],
      ["", 401],
    ] as const) {
      const response = await host.request("/api/generations/active", {
        headers: user === "" ? {} : { "x-user": user },
      });
      expect(response.status).toBe(status);
      expect(response.headers.get("set-cookie")).toContain(`visitor=${user || "anonymous"}`);
      expect(response.headers.get("x-frame-options")).toBe("DENY");
      expect(response.headers.get("cache-control")).toBe("private, no-cache");
    }
  });

  it("lets identify set a cookie on the response", async () => {
    const { safelight } = await testServer({
      identify: ({ context }) => {
        if (context !== undefined) setCookie(context, "visitor", "new");
        return "ann";
      },
    });
    const host = new Hono().route("/api/generations", safelight.app);
    const response = await host.request("/api/generations/active");
    expect(response.headers.get("set-cookie")).toContain("visitor=new");
  });
});

describe("handler", () => {
  it("serves a fetch-style host, without a context", async () => {
    let contexts = 0;
    const { safelight } = await testServer({
      identify: ({ context }) => {
        if (context !== undefined) contexts += 1;
        return "ann";
      },
    });
    const response = await safelight.handler(new Request("http://localhost/api/generations/active"));
    expect(response.status).toBe(200);
    expect(contexts).toBe(0);
  });

  const raise = () => {
    throw new Error("hostile");
  };
  it.each([
    ["null", null],
    ["a number", 7],
    [
      "an object whose getters throw",
      Object.defineProperties({}, { waitUntil: { get: raise }, incoming: { get: raise } }),
    ],
    ["a proxy whose traps throw", new Proxy({}, { get: raise, has: raise })],
  ])("ignores %s as the host", async (_, host) => {
    const { safelight } = await testServer();
    // A host without types may pass any value.
    const response = await safelight.handler(
      new Request("http://localhost/api/generations/active", { headers }),
      host as object,
    );
    expect(response.status).toBe(200);
  });

  it("rejects a URL that does not parse, as Bun creates from a malformed Host header", async () => {
    const server = await testServer();
    const request = new Request("http://localhost/api/generations/active", { headers });
    Object.defineProperty(request, "url", { value: "http://[/api/generations/active" });
    const problem = await problemOf(await server.safelight.handler(request));
    expect(problem).toMatchObject({ code: "malformed_request", status: 400 });
    expect(server.logs).toEqual([]);
  });
});

describe("toNextHandlers", () => {
  it("serves every method of the router", async () => {
    const { safelight } = await testServer();
    const handlers = toNextHandlers(safelight);
    const ask = (method: keyof typeof handlers, path: string, body?: string): Promise<Response> =>
      handlers[method](
        new Request(`http://localhost/api/generations${path}`, {
          method,
          headers: { ...headers, "content-type": "application/json" },
          ...(body !== undefined && { body }),
        }),
      );
    expect((await ask("POST", "", JSON.stringify({ model: "flux", input: { prompt: "x" } }))).status).toBe(202);
    expect((await ask("GET", "/active")).status).toBe(200);
    expect((await ask("HEAD", "/active")).status).toBe(200);
    expect((await ask("OPTIONS", "/active")).status).toBe(204);
    expect((await ask("DELETE", "/gen_01900000-0000-7000-8000-00000000ffff")).status).toBe(404);
  });
});
