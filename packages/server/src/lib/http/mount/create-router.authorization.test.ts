import { describe, expect, it } from "vitest";
import { type TestServer, testServer } from "../../../../testing/test-server.js";
import type { Models } from "../../model/define-model.js";
import { type RouteDescription, routeTable } from "../routes/route-table.js";

const unknownId = "gen_01900000-0000-7000-8000-00000000ffff";

const routes = Object.entries<RouteDescription>(routeTable);
const idRoutes = routes.filter(([, { path }]) => path.includes(":id"));
const ownedRoutes = idRoutes.filter(([, { access }]) => access !== "secret");

function send(
  server: Pick<TestServer<Models>, "request">,
  owner: string | null,
  { method, path }: RouteDescription,
  id: string,
): Promise<Response> {
  const filled = path.replace(":id", id).replace(":index", "0").replace(":groupId", unknownId.replace("gen_", "grp_"));
  const body = method === "POST" ? { body: "{}", headers: { "content-type": "application/json" } } : {};
  return server.request(owner, filled, { method, ...body });
}

/** The parts in which two refusals may differ. */
async function withoutRequestId(response: Response): Promise<unknown> {
  const { requestId: _, ...problem } = await response.json();
  return { ...problem, headers: Object.fromEntries([...response.headers].filter(([name]) => name !== "x-request-id")) };
}

describe("every route with an id", () => {
  it("is covered by this test", () => {
    expect(idRoutes.map(([name]) => name).toSorted()).toEqual(
      ["advance", "cancel", "output", "preview", "remove", "retry", "status", "thumbnail"].toSorted(),
    );
  });

  it.each(ownedRoutes)("%s responds to another owner as to a missing generation", async (_, route) => {
    const server = await testServer();
    const active = await server.as("ann").submit();
    const ended = await server.as("ann").submit();
    await server.as("ann").post(`/${ended.id}/cancel`);
    const before = await server.as("ann").get("/active?after=0");
    const { sequence } = await before.json();

    const nothing = await send(server, "eve", route, unknownId);
    expect(nothing.status).toBe(404);
    const expected = await withoutRequestId(nothing);
    for (const { id } of [active, ended]) {
      const foreign = await send(server, "eve", route, id);
      expect(foreign.status).toBe(404);
      expect(await withoutRequestId(foreign)).toEqual(expected);
    }

    expect((await server.as("ann").get(`/active?after=${sequence}`)).status).toBe(204);
  });

  it.each(idRoutes)("%s responds 401 without a caller, whether it exists or not", async (_, route) => {
    const server = await testServer();
    const { id } = await server.as("ann").submit();
    const there = await send(server, null, route, id);
    const nothing = await send(server, null, route, unknownId);
    expect(there.status).toBe(401);
    expect(await withoutRequestId(there)).toEqual(await withoutRequestId(nothing));
  });

  it.each(idRoutes)("%s rejects a malformed id", async (_, route) => {
    const server = await testServer();
    const { id } = await server.as("ann").submit();
    for (const word of ["gen_", "GEN_x", id.toUpperCase(), `${id}0`, `${id}%00`, "..%2f", "%", "active-not"]) {
      expect([word, (await send(server, "ann", route, word)).status]).toEqual([word, 404]);
    }
  });
});

describe("every other route", () => {
  const ownerRoutes = routes.filter(([, { path, access }]) => access === "owner" && !path.includes(":id"));

  it.each(ownerRoutes)("%s responds 401 without a caller", async (_, route) => {
    const response = await send(await testServer(), null, route, "");
    expect(response.status).toBe(401);
    expect((await response.json()).code).toBe("unauthenticated");
  });

  it.each(routes.filter(([, { access }]) => access === "public"))("%s is public", async (_, route) => {
    const { status } = await send(await testServer({ recognition: true }), null, route, "");
    // Without a file, `recognize` refuses the request, and not its caller.
    expect(status).toBe(route.path === "/recognize" ? 415 : 200);
  });

  it("shows an owner nothing of another owner", async () => {
    const server = await testServer();
    const { id } = await server.as("ann").submit();
    await server.as("ann").finish(id);
    const eve = server.as("eve");
    for (const path of ["/", "/active", "/active?after=0", "/credits"]) {
      expect(await (await eve.get(path)).text()).not.toContain(id);
    }
    await eve.post("/seen", { ids: [id] });
    expect(await (await server.as("ann").get(`/${id}`)).json()).toMatchObject({ generation: { seenAt: null } });
  });
});
