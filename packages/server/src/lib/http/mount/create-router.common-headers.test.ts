import { describe, expect, it } from "vitest";
import { problemOf, testServer } from "../../../../testing/test-server.js";
import { type RouteDescription, routeTable } from "../routes/route-table.js";

const id = "gen_01900000-0000-7000-8000-00000000ffff";
const routes = Object.entries<RouteDescription>(routeTable);
const groupId = "grp_01900000-0000-7000-8000-00000000ffff";
const inputId = "inp_01900000-0000-7000-8000-00000000ffff";
const pathOf = ({ path }: RouteDescription): string =>
  path.replace(":id", id).replace(":index", "0").replace(":inputId", inputId).replace(":groupId", groupId);

const allowed = new Map<string, Set<string>>();
for (const [, route] of routes) {
  const methods = route.method === "GET" ? ["GET", "HEAD"] : [route.method];
  const known = allowed.get(pathOf(route)) ?? new Set(["OPTIONS"]);
  allowed.set(pathOf(route), new Set([...known, ...methods]));
}

describe("the router", () => {
  it.each(routes)("sets the common headers on every response of %s", async (_, route) => {
    const server = await testServer();
    for (const owner of ["ann", null]) {
      const { headers } = await server.request(owner, pathOf(route), { method: route.method });
      expect(headers.get("cache-control")).toMatch(/^private, (no-cache|no-store, no-transform)$/);
      expect(headers.get("vary")).toBe("Cookie, Authorization");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-request-id")).toMatch(/^[\w.-]{1,128}$/);
    }
  });

  it.each(routes)("accepts a trailing slash on %s", async (_, route) => {
    const server = await testServer();
    const path = pathOf(route) === "/" ? "" : pathOf(route);
    const [without, withSlash] = await Promise.all(
      [path, `${path}/`].map(async (at) => (await server.request("ann", at, { method: route.method })).status),
    );
    expect(withSlash).toBe(without);
  });

  it.each(routes.filter(([, { method }]) => method === "GET"))(
    "responds to HEAD of %s without a body",
    async (_, route) => {
      const server = await testServer();
      const get = await server.request("ann", pathOf(route));
      const head = await server.request("ann", pathOf(route), { method: "HEAD" });
      expect(head.status).toBe(get.status);
      expect(await head.text()).toBe("");
      expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
    },
  );

  it.each([...allowed])("lists the methods of %s for any other method", async (path, methods) => {
    const server = await testServer();
    for (const method of ["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "PROPFIND"]) {
      if (methods.has(method)) continue;
      const response = await server.request("ann", path, { method });
      expect([method, response.status]).toEqual([method, 405]);
      expect(new Set(response.headers.get("allow")?.split(", "))).toEqual(methods);
      if (method !== "HEAD") expect((await problemOf(response)).code).toBe("method_not_allowed");
    }
    const options = await server.request(null, path, { method: "OPTIONS" });
    expect(options.status).toBe(204);
    expect(new Set(options.headers.get("allow")?.split(", "))).toEqual(methods);
  });

  it.each([
    "/nope",
    "/active/x",
    "/gen_",
    "//",
    "/active//",
    `/${id}/nope`,
    `/${id}/outputs`,
    "/%61ctive/..%2f",
    "/webhooks",
  ])("responds 404 to %s for any method", async (path) => {
    const server = await testServer();
    for (const method of ["GET", "POST", "DELETE", "PUT", "OPTIONS"]) {
      const response = await server.request("ann", path, { method });
      expect([method, response.status]).toEqual([method, 404]);
      expect((await problemOf(response)).code).toBe("not_found");
    }
  });

  it("accepts a valid request id of a proxy", async () => {
    const server = await testServer();
    const idOf = async (given: string): Promise<string | null> =>
      (await server.request(null, "/active", { headers: { "x-request-id": given } })).headers.get("x-request-id");
    expect(await idOf("proxy-7.a_b")).toBe("proxy-7.a_b");
    for (const given of ["a b", "x".repeat(129), "<script>"]) expect(await idOf(given)).not.toBe(given);
    const problem = await problemOf(await server.request(null, "/active", { headers: { "x-request-id": "r1" } }));
    expect(problem.requestId).toBe("r1");
  });

  it("returns every member of a problem on a refusal", async () => {
    const response = await (await testServer()).request(null, "/active");
    expect(await problemOf(response)).toEqual({
      type: "urn:safelight:problem:unauthenticated",
      title: "Authentication required",
      status: 401,
      code: "unauthenticated",
      detail: expect.any(String),
      retryable: false,
      requestId: response.headers.get("x-request-id"),
    });
  });
});
