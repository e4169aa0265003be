import type { ActiveChangesResponse, ActiveResponse } from "@safelight/client/contract";
import { describe, expect, it, vi } from "vitest";
import { EventListener } from "../../../../testing/event-listener.js";
import { bodyOf, problemOf, type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";

type Server = TestServer<typeof testModels>;

/** Both routes that continue from a position, and their response. */
const routes = [
  [
    "GET /active",
    async (server: Server, query: string) =>
      bodyOf<ActiveChangesResponse>(await server.as("ann").get(`/active?${query}&wait=25`)),
  ],
  [
    "GET /events",
    async (server: Server, query: string) => {
      const listener = new EventListener(await server.as("ann").get(`/events?${query}`));
      const first = await listener.snapshot();
      await listener.cancel();
      return first;
    },
  ],
] as const;

/** The snapshot that replaces all cached data. */
async function expectedSnapshot(server: Server): Promise<ActiveChangesResponse> {
  const active = await bodyOf<ActiveResponse>(await server.as("ann").get("/active"));
  return { ...active, changed: [], deleted: [], resync: true };
}

/** A replica that lags `missing` changes behind the owner's sequence until `catchUp`. */
function lagging(server: Server, missing: number) {
  const { changedAfter, sequencesOf } = server.store;
  let behind = missing;
  const reads = vi.spyOn(server.store, "changedAfter").mockImplementation(async (query) => {
    const list = await changedAfter({ ...query, sequence: 0 });
    const sequence = list.sequence - behind;
    if (query.sequence <= sequence) return changedAfter(query);
    return { ...list, changed: [], deleted: [], sequence, resync: true };
  });
  vi.spyOn(server.store, "sequencesOf").mockImplementation(async (owners) => {
    const { sequences, timeline } = await sequencesOf(owners);
    return { timeline, sequences: new Map([...sequences].map(([owner, sequence]) => [owner, sequence - behind])) };
  });
  return {
    reads,
    catchUp: () => {
      behind = 0;
    },
  };
}

describe.each(routes)("%s with a position", (route, read) => {
  it("continues with the owner tag and the timeline of an earlier response", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { sequence } = await ann.submit();
    const { ownerTag, timeline } = await bodyOf<ActiveResponse>(await ann.get("/active"));
    const second = await ann.submit();
    const response = await read(server, `after=${sequence}&owner=${ownerTag}&timeline=${timeline}`);
    expect(response).toMatchObject({ resync: false, changed: [{ id: second.id }], sequence: second.sequence });
    expect(response).toMatchObject({ ownerTag, timeline });
  });

  it.each([
    ["the owner tag is another one", "owner=other"],
    ["the timeline is another one", "timeline=other"],
  ])("returns a snapshot at once if %s", async (_case, part) => {
    const server = await testServer();
    const { sequence } = await server.as("ann").submit();
    expect(await read(server, `after=${sequence}&${part}`)).toEqual(await expectedSnapshot(server));
    expect(await read(server, `after=${sequence + 9}&${part}`)).toEqual(await expectedSnapshot(server));
  });

  it("returns a snapshot at once after a generation moved to another owner", async () => {
    const server = await testServer();
    const { sequence } = await server.as("ann").submit();
    await server.safelight.api.transferOwner({ from: "ann", to: "bob", credits: "leave" });
    const response = await read(server, `after=${sequence}`);
    expect(response).toEqual(await expectedSnapshot(server));
    expect(response.generations).toEqual([]);
  });

  it("waits for a replica that lags behind the position, and then continues", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const { sequence } = await ann.submit();
    const { catchUp, reads } = lagging(server, 1);
    const response = read(server, `after=${sequence}`);
    await expect.poll(() => reads).toHaveBeenCalled();
    await server.clock.advance(1_000);
    catchUp();
    const last = await ann.submit();
    await server.clock.advance(999);
    expect(await response).toMatchObject({ resync: false, changed: [{ id: last.id }] });
  });

  it("returns a snapshot after 2 seconds if the position stays above the counter", async () => {
    const server = await testServer();
    const { sequence } = await server.as("ann").submit();
    let hasResponse = false;
    const response = read(server, `after=${sequence + 1}`).finally(() => {
      hasResponse = true;
    });
    for (let passed = 0; passed < 1_950; passed += 50) {
      await expect.poll(() => server.clock.pending()).toContainEqual(expect.any(Number));
      await server.clock.advance(50);
    }
    expect(hasResponse).toBe(false);
    await server.clock.advance(50);
    expect(await response).toEqual(await expectedSnapshot(server));
  });

  it("holds no list in progress while it waits for a replica", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { sequence } = await ann.submit();
    const { reads } = lagging(server, 0);
    const waiting = Array.from({ length: 8 }, () => read(server, `after=${sequence + 1}`));
    await expect.poll(() => reads.mock.calls.length).toBe(8);
    expect((await ann.get("/active")).status).toBe(200);
    await server.safelight.close();
    await Promise.allSettled(waiting);
  });

  it("returns a snapshot if a new timeline starts between the two reads", async () => {
    const server = await testServer();
    await server.as("ann").submit();
    const { listActive } = server.store;
    vi.spyOn(server.store, "listActive").mockImplementationOnce(async (query) => {
      await server.store.startTimeline();
      return listActive(query);
    });
    const response = await read(server, "after=0");
    expect(response).toEqual(await expectedSnapshot(server));
  });

  it("refuses an owner tag or a timeline without a sequence", async () => {
    const server = await testServer();
    const path = route.slice("GET ".length);
    for (const name of ["owner", "timeline"]) {
      const problem = await problemOf(await server.as("ann").get(`${path}?${name}=x`));
      expect(problem).toMatchObject({ code: "invalid_input", issues: [{ path: [name] }] });
    }
  });
});

describe("the first frame of GET /events", () => {
  it("is the response of GET /active with the same position, with or without changes", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.submit();
    await ann.post(`/${id}/cancel`);
    const read = routes[1][1];
    const response = await bodyOf<ActiveChangesResponse>(await ann.get("/active?after=1"));
    expect(response.changed).toHaveLength(2);
    expect(await read(server, "after=1")).toEqual(response);
    const { sequence } = response;
    expect(await read(server, `after=${sequence}`)).toEqual({ ...response, changed: [], deleted: [] });
  });

  it.each(["", "?after=0&timeline=other"])("is followed by the generations that it omitted: %s", async (query) => {
    const limits = { rate: false, maxActive: false } as const;
    const server = await testServer({ limits, credits: { initialGrant: 10_000 } });
    const ann = server.as("ann");
    await Promise.all(Array.from({ length: 201 }, () => ann.submit()));
    const listener = new EventListener(await ann.get(`/events${query}`));
    expect(await listener.snapshot()).toMatchObject({ hasMore: true, sequence: 200 });
    expect((await listener.generation()).sequence).toBe(201);
    await listener.cancel();
  });

  it("is a snapshot for a browser that reconnects by itself with Last-Event-ID", async () => {
    const server = await testServer();
    await server.as("ann").submit();
    const headers = { "last-event-id": "0" };
    const listener = new EventListener(await server.request("ann", "/events", { headers }));
    expect(await listener.next()).toEqual(await expectedSnapshot(server));
    await listener.cancel();
  });
});

describe("an open stream that cannot be continued", () => {
  /** A stream that waits for changes. */
  const opened = async (server: Server): Promise<EventListener> => {
    const listener = new EventListener(await server.as("ann").get("/events"));
    await listener.snapshot();
    await listener.credits();
    return listener;
  };

  it("sends a snapshot after a transfer, and continues from it", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const listener = await opened(server);
    await server.safelight.api.transferOwner({ from: "ann", to: "bob", credits: "leave" });
    expect(await listener.next()).toEqual(await expectedSnapshot(server));
    const { id } = await ann.submit();
    expect((await listener.generation()).id).toBe(id);
    await listener.cancel();
  });

  it("sends a snapshot after the owner was erased", async () => {
    const server = await testServer();
    await server.as("ann").submit();
    const listener = await opened(server);
    await server.safelight.api.deleteOwner({ ownerId: "ann" });
    let frame = await listener.next();
    while (frame !== null && frame !== "heartbeat" && !("resync" in frame)) frame = await listener.next();
    expect(frame).toMatchObject({ resync: true, generations: [], changed: [], deleted: [] });
    await listener.cancel();
  });

  it("sends a snapshot when the owner's counter stays below the stream's sequence", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const listener = await opened(server);
    lagging(server, 1);
    const next = listener.next();
    await ann.get("/active");
    await server.safelight.api.grantCredits({ accountId: "ann", amount: 1, key: "wake" });
    for (let passed = 0; passed < 2_000; passed += 50) await server.clock.advance(50);
    expect(await next).toMatchObject({ resync: true });
    await listener.cancel();
  });
});
