import type { ActiveResponse, Generation } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { EventListener } from "../../../../testing/event-listener.js";
import { idsIn, teamServer } from "../../../../testing/team-server.js";
import {
  bodyOf,
  generationOf,
  problemOf,
  type TestServer,
  type testModels,
  testServer,
} from "../../../../testing/test-server.js";

type Server = TestServer<typeof testModels>;

const listen = async (server: Server, owner: string): Promise<EventListener> => {
  const listener = new EventListener(await server.request(owner, "/events?of=team"));
  await listener.snapshot();
  return listener;
};

describe("the gallery of a team", () => {
  it("shows a member the shared generations of the others, with the tag and the sequence of the team", async () => {
    const { server } = await teamServer();
    const shared = await server.as("ann").submit();
    const own = await server.as("ann").submit({ prompt: "x" }, { visibility: "own" });
    expect([shared.visibility, own.visibility]).toEqual(["team", "own"]);
    expect(await idsIn(server, "ben", "/?of=team")).toEqual([shared.id]);
    expect(await idsIn(server, "ben", "/active?of=team")).toEqual([shared.id]);
    expect(await idsIn(server, "ben", "/")).toEqual([]);
    expect(await idsIn(server, "ann", "/")).toEqual([own.id, shared.id]);
    const seen = await generationOf(await server.as("ben").get(`/${shared.id}?of=team`));
    const { ownerTag, sequence } = await bodyOf<ActiveResponse>(await server.as("ben").get("/active?of=team"));
    expect(seen).toMatchObject({ ownerTag, sequence, visibility: "team", submitterTag: shared.ownerTag });
    expect(ownerTag).not.toBe(shared.ownerTag);
    expect((await server.as("ben").get(`/${own.id}?of=team`)).status).toBe(404);
  });

  it("marks the end as seen for members, and leaves notices to the submitter", async () => {
    const { server } = await teamServer();
    const { id } = await server.as("ann").submit();
    await server.as("ann").finish(id);
    const ended = await generationOf(await server.as("ben").get(`/${id}?of=team`));
    expect(ended).toMatchObject({ status: "completed", seenAt: ended.finishedAt });
    expect(await bodyOf(await server.as("ben").get("/active?of=team"))).toMatchObject({ unseen: [], unseenCount: 0 });
    const claim = { claim: "one" };
    expect(await bodyOf(await server.as("ben").post("/notices/claim", claim))).toEqual({ generations: [] });
    expect(await bodyOf(await server.as("ann").post("/notices/claim", claim))).toMatchObject({ generations: [{ id }] });
    await server.as("ben").post("/seen", { ids: [id] });
    expect(await generationOf(await server.as("ann").get(`/${id}`))).toMatchObject({ seenAt: null });
    await server.as("ann").post("/seen", { ids: [id] });
    const timelineOf = async (owner: string, of: string) =>
      (await server.as(owner).get(`/${id}?include=timeline${of}`)).text();
    expect(await timelineOf("ann", "")).toContain('"seen"');
    expect(await timelineOf("ben", "&of=team")).toContain('"settled"');
    expect(await timelineOf("ben", "&of=team")).not.toMatch(/"(noticed|seen)"/);
  });

  it("streams and long-polls the changes of all members", async () => {
    const { server } = await teamServer();
    const listener = await listen(server, "ben");
    const { id, ownerTag } = await server.as("ann").submit();
    expect(await listener.generation()).toMatchObject({ id, sequence: 1, submitterTag: ownerTag });
    const held = server.as("ben").get("/active?of=team&after=1&wait=25");
    await server.as("ann").post(`/${id}/cancel`);
    expect(await listener.generation()).toMatchObject({ id, status: "canceled", sequence: 2 });
    expect(await bodyOf(await held)).toMatchObject({ changed: [{ id, status: "canceled" }] });
    await server.as("ann").delete(`/${id}`);
    expect(await listener.next()).toMatchObject({ deleted: [{ id, sequence: 3 }] });
    await listener.cancel();
  });

  it("streams erasures, transfers, and changes of members who left, as they happen", async () => {
    const { server, teamIds } = await teamServer();
    const { api } = server.safelight;
    const [first, second] = [await server.as("ann").submit(), await server.as("ann").submit()];
    for (const { id } of [first, second]) await server.as("ann").post(`/${id}/cancel`);
    const listener = await listen(server, "ben");
    teamIds.set("ann", "band");
    await server.as("ann").delete(`/${first.id}`);
    expect(await listener.next()).toMatchObject({ deleted: [{ id: first.id }] });
    await api.transferOwner({ from: "ann", to: "carl", credits: "leave" });
    expect(await listener.generation()).toMatchObject({
      id: second.id,
      submitterTag: expect.not.stringMatching(second.ownerTag),
    });
    await api.deleteOwner({ ownerId: "carl" });
    const deleted = expect.arrayContaining([expect.objectContaining({ id: second.id })]);
    expect(await listener.next()).toMatchObject({ deleted });
    await listener.cancel();
  });

  it("streams nothing when the submitter has seen an end", async () => {
    const { server } = await teamServer();
    const { id } = await server.as("ann").submit();
    await server.as("ann").finish(id);
    const listener = await listen(server, "ben");
    await server.as("ann").post("/seen", { ids: [id] });
    await server.as("ann").delete(`/${id}`);
    expect(await listener.next()).toMatchObject({ deleted: [{ id }] });
    await listener.cancel();
  });

  it.each([
    ["leaves the team", null, 403],
    ["switches to another team", "band", 204],
  ])("sends nothing more to a member who %s, and ends the stream with the next change", async (_, teamId, status) => {
    const { server, teamIds, identified } = await teamServer();
    const listener = await listen(server, "ben");
    const held = server.as("ben").get("/active?of=team&after=0&wait=25");
    await expect.poll(() => identified).toEqual(["ben", "ben", "ben"]);
    teamIds.set("ben", teamId);
    const { id } = await server.as("ann").submit();
    expect(await listener.next()).toBeNull();
    expect(await (await held).text()).not.toContain(id);
    expect((await held).status).toBe(status);
    expect(await (await server.as("ben").get("/?of=team")).text()).not.toContain(id);
    expect((await server.as("ben").get(`/${id}?of=team`)).status).toBe(teamId === null ? 403 : 404);
  });

  it("sends the snapshot of the next team after a held request of a member who switches teams", async () => {
    const { server, teamIds, identified } = await teamServer();
    const { ownerTag, sequence, timeline } = await bodyOf<ActiveResponse>(
      await server.as("ben").get("/active?of=team"),
    );
    const next = `/active?of=team&after=${sequence}&owner=${ownerTag}&timeline=${timeline}&wait=25`;
    const held = server.as("ben").get(next);
    await expect.poll(() => identified).toEqual(["ben", "ben"]);
    const { id } = await server.as("dan").submit();
    teamIds.set("ben", "band");
    await server.as("ann").submit();
    expect((await held).status).toBe(204);
    expect(await bodyOf(await server.as("ben").get(next))).toMatchObject({ resync: true, generations: [{ id }] });
  });

  it.each([
    ["leaves the team", null, 403],
    ["switches to another team", "band", 204],
  ])("sends no first event to a member who %s while the stream waits for its position", async (_, teamId, status) => {
    const { server, teamIds, identified } = await teamServer();
    const events = server.as("ben").get("/events?of=team&after=5");
    const active = server.as("ben").get("/active?of=team&after=5");
    await expect.poll(() => identified).toEqual(["ben", "ben"]);
    teamIds.set("ben", teamId);
    const { id } = await server.as("ann").submit();
    for (let passed = 0; passed < 3_000; passed += 500) await server.clock.advance(500);
    expect(await (await active).text()).not.toContain(id);
    expect(await problemOf(await events)).toMatchObject({
      status: 503,
      detail: "The stream has ended: connect again.",
    });
    expect((await active).status).toBe(status);
  });

  it.each([
    ["left it", null, 403],
    ["another one", "band", 404],
  ])(
    "does not respond to a held request with a generation of the team if its member has %s",
    async (_, teamId, status) => {
      const { server, teamIds, identified } = await teamServer();
      const { id } = await server.as("ann").submit();
      const path = `/${id}?of=team`;
      const etag = (await server.as("ben").get(path)).headers.get("etag") ?? "";
      const held = server.as("ben").get(`${path}&wait=25`, { "if-none-match": etag });
      await expect.poll(() => identified.filter((owner) => owner === "ben").length).toBe(2);
      teamIds.set("ben", teamId);
      await server.as("ann").post(`/${id}/cancel`);
      expect((await held).status).toBe(status);
      expect(await (await held).text()).not.toContain(id);
    },
  );

  it("does not refuse a member whose identify fails at the first event", async () => {
    let isDown = false;
    const onIdentify = () => {
      if (isDown) throw new Error("The sessions are down.");
      isDown = true;
    };
    const { server } = await teamServer({}, { onIdentify });
    const response = await server.as("ben").get("/events?of=team");
    expect(response.status).toBe(500);
    expect(await problemOf(response)).toMatchObject({ code: "internal" });
  });

  it("returns no changes through the api to a caller who has left during the wait", async () => {
    const { server, teamIds } = await teamServer();
    const headers = new Headers({ authorization: "Bearer ben" });
    const { sequence } = await server.safelight.api.active({ headers }, { of: "team" });
    const changes = server.safelight.api.changes({ headers }, { of: "team", after: sequence, waitMs: 25_000 });
    const refusal = expect(changes).rejects.toMatchObject({ code: "forbidden" });
    teamIds.set("ben", null);
    await server.as("ann").submit();
    await server.clock.advance(1_000);
    await refusal;
  });

  it("returns no changes through the api to a caller who has another team after the wait", async () => {
    const { server, teamIds } = await teamServer();
    const headers = new Headers({ authorization: "Bearer ben" });
    const { sequence } = await server.safelight.api.active({ headers }, { of: "team" });
    const changes = server.safelight.api.changes({ headers }, { of: "team", after: sequence, waitMs: 25_000 });
    teamIds.set("ben", "band");
    await server.as("ann").submit();
    await server.clock.advance(1_000);
    expect(await changes).toBeNull();
  });

  it("ends the stream of a member who has left with the next heartbeat", async () => {
    const { server, teamIds } = await teamServer();
    const listener = await listen(server, "ben");
    teamIds.set("ben", null);
    const next = listener.next();
    for (let passed = 0; passed < 20_000; passed += 5_000) await server.clock.advance(5_000);
    expect(await next).toBeNull();
  });

  it("counts the streams of each member, not those of the team", async () => {
    const { server } = await teamServer();
    const streams = await Promise.all(Array.from({ length: 20 }, () => listen(server, "ann")));
    expect((await server.request("ann", "/events?of=team")).status).toBe(503);
    streams.push(await listen(server, "ben"));
    for (const stream of streams) await stream.cancel();
  });

  it("is forbidden without a team, and lists no group", async () => {
    const { server } = await teamServer();
    for (const path of ["/?of=team", "/active?of=team", "/events?of=team"]) {
      const response = await server.as("eve").get(path);
      expect([path, response.status, (await problemOf(response)).code]).toEqual([path, 403, "forbidden"]);
    }
    const grouped = "/?of=team&groupId=grp_01900000-0000-7000-8000-00000000ffff";
    expect((await server.as("ann").get(grouped)).status).toBe(422);
    expect((await server.as("ann").get("/?of=crew")).status).toBe(422);
  });
});

describe("removal from the gallery of a team", () => {
  const remove = (server: Server, owner: string, { id }: Pick<Generation, "id">) =>
    server.as(owner).delete(`/${id}?of=team`);

  it("is allowed to the submitter, and forbidden to other members and other teams", async () => {
    const { server } = await teamServer();
    const generation = await server.as("ann").submit();
    expect((await server.as("ben").post(`/${generation.id}/cancel?of=team`)).status).toBe(403);
    expect((await server.as("dan").post(`/${generation.id}/cancel?of=team`)).status).toBe(404);
    expect((await server.as("eve").post(`/${generation.id}/cancel?of=team`)).status).toBe(403);
    const canceled = await generationOf(await server.as("ann").post(`/${generation.id}/cancel?of=team`));
    expect(canceled).toMatchObject({ status: "canceled", sequence: 2, cancellation: { outcome: "canceled" } });
    expect((await remove(server, "ben", generation)).status).toBe(403);
    expect((await remove(server, "ann", generation)).status).toBe(204);
    expect((await server.as("ann").get(`/${generation.id}`)).status).toBe(404);
  });

  it("is allowed to the members that the host's mayRemove accepts, within their team", async () => {
    const asked: unknown[] = [];
    const { server } = await teamServer({
      mayRemove: (removal) => {
        asked.push(structuredClone(removal));
        return removal.caller.ownerId === "ben";
      },
    });
    const generation = await server.as("ann").submit({ prompt: "x" }, { scope: "poster" });
    await server.as("ann").finish(generation.id);
    expect((await remove(server, "dan", generation)).status).toBe(404);
    expect(asked).toEqual([]);
    expect((await remove(server, "ben", generation)).status).toBe(204);
    const facts = { id: generation.id, ownerId: "ann", model: "flux", scope: "poster", metadata: null };
    expect(asked).toEqual([{ caller: { ownerId: "ben", accountId: "crew", teamId: "crew" }, generation: facts }]);
    expect((await server.as("ann").get(`/${generation.id}`)).status).toBe(404);
    expect(await idsIn(server, "ben", "/?of=team")).toEqual([]);
  });

  it("refuses a grant by mayRemove to an owner who is deleted while it runs", async () => {
    const api: { grant?: () => Promise<unknown> } = {};
    let outcome: unknown;
    const { server } = await teamServer({
      mayRemove: async ({ caller: { ownerId } }) => {
        await server.safelight.api.deleteOwner({ ownerId });
        outcome = await api.grant?.().then(
          () => "granted",
          ({ code }) => code,
        );
        return false;
      },
    });
    api.grant = () => server.safelight.api.grantCredits({ accountId: "ben", amount: 7, key: "gift", reason: "gift" });
    expect((await remove(server, "ben", await server.as("ann").submit())).status).toBe(403);
    expect(outcome).toBe("unavailable");
  });
});

it("refuses an owner whose id is that of a team's gallery", async () => {
  const server = await testServer({ identify: () => ({ ownerId: "team:crew" }) });
  expect((await server.as("ann").get("/")).status).toBe(500);
  await expect(server.safelight.api.list({ ownerId: "team:crew" })).rejects.toThrow('does not start with "team:"');
});
