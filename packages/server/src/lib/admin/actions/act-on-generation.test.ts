import { describe, expect, it, vi } from "vitest";
import { openAdmin } from "../../../../testing/admin/open-admin.js";
import { testServer } from "../../../../testing/test-server.js";
import { createAdmin } from "../create-admin.js";

const origin = "http://localhost";

/** A server with a generation, and the wakes that its dispatcher received. */
async function waiting() {
  const wakes: (string | null)[] = [];
  const dispatcher = {
    enqueue: ({ generationId }: { readonly generationId: string | null }) => wakes.push(generationId),
  };
  const server = await testServer({ dispatcher });
  const { id } = await server.as("ada").submit();
  const admin = createAdmin(server.safelight, { authorize: () => ({ actor: "grace", may: "everything" }) });
  const send = (path: string, method = "GET") =>
    admin.handler(
      new Request(`${origin}/admin/safelight${path}`, {
        method,
        headers: { origin, accept: "application/json", "content-type": "application/json" },
        ...(method === "POST" && { body: JSON.stringify({ reason: "ticket 7" }) }),
      }),
    );
  return { admin, id, send, server, wakes };
}

const claim = ({ server, id }: Awaited<ReturnType<typeof waiting>>) =>
  server.store.claim({ models: ["flux"], limit: 1, leaseMs: 30_000, token: crypto.randomUUID(), id });

describe("the action wake", () => {
  it("sends another wake for a stuck generation, whose first one was lost", async () => {
    const { id, send, server, wakes } = await waiting();
    server.clock.skip(120_000);
    expect(await (await send("/")).json()).toMatchObject({ stuck: [{ id }] });
    wakes.length = 0;
    expect(await (await send(`/generations/${id}/wake`, "POST")).json()).toMatchObject({ outcome: "applied" });
    expect(wakes).toEqual([id]);
  });

  it("responds after the engine has accepted the wake, since a host may freeze the process then", async () => {
    const accepted: (() => void)[] = [];
    const dispatcher = { enqueue: () => new Promise<void>((resolve) => void accepted.push(resolve)) };
    const server = await testServer({ dispatcher, worker: { mode: "request" } });
    const submitted = server.as("ada").submit();
    await expect.poll(() => accepted.length).toBe(1);
    accepted.shift()?.();
    const { id } = await submitted;
    let hasResponded = false;
    const response = openAdmin(server.safelight)
      .post(`/generations/${id}/wake`, { reason: "ticket 7" })
      .finally(() => {
        hasResponded = true;
      });
    await expect.poll(() => accepted.length).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasResponded).toBe(false);
    accepted.shift()?.();
    expect((await response).status).toBe(200);
  });

  it("is refused while a worker holds the generation, and sends a wake after the lease has expired", async () => {
    const given = await waiting();
    const { id, send, server, wakes } = given;
    expect(await claim(given)).toHaveLength(1);
    wakes.length = 0;
    expect((await send(`/generations/${id}/wake`, "POST")).status).toBe(409);
    expect(wakes).toEqual([]);
    server.clock.skip(120_000);
    expect((await send(`/generations/${id}/wake`, "POST")).status).toBe(200);
    expect(wakes).toEqual([id]);
  });
});

describe("the action end", () => {
  it("leaves one record when a worker claims the generation after it was read", async () => {
    const given = await waiting();
    const { id, send, server } = given;
    const { getDetail } = server.store;
    const claims: number[] = [];
    vi.spyOn(server.store, "getDetail").mockImplementation(async (query) => {
      const detail = await getDetail(query);
      if (claims.length < 3) claims.push((await claim(given)).length);
      server.clock.skip(60_000);
      return detail;
    });
    expect(await (await send(`/generations/${id}/end`, "POST")).json()).toMatchObject({ outcome: "applied" });
    expect(claims[0]).toBe(1);
    expect(await server.store.listOperatorActions({ subject: id, before: null, limit: 9 })).toHaveLength(1);
    expect(await server.safelight.audit()).toEqual([]);
  });
});

describe("an action on a shared generation", () => {
  it("publishes its change to the gallery of the team, which the page of the generation names", async () => {
    const hints: string[] = [];
    const server = await testServer({
      eventBus: { hint: (ids) => void hints.push(...ids), onHint: () => () => {} },
      identify: () => ({ ownerId: "ada", teamId: "crew" }),
      teams: { visibility: () => "team" },
    });
    const { id } = await server.as("ada").submit();
    const admin = openAdmin(server.safelight);
    expect(await admin.html(`/generations/${id}`)).toContain("<dt>Team</dt><dd>crew</dd>");
    hints.length = 0;
    expect((await admin.post(`/generations/${id}/end`, { reason: "ticket 7" })).status).toBe(200);
    expect(hints).toContain("team:crew");
    hints.length = 0;
    const retry = { reason: "ticket 7", charge: "free", key: "form-0001" };
    expect((await admin.post(`/generations/${id}/retry`, retry)).status).toBe(200);
    expect(hints).toContain("team:crew");
    const { generations } = await server.safelight.api.list({ ownerId: "ada" });
    expect(generations).toMatchObject([{ retryOf: id, visibility: "team" }, { id }]);
  });
});
