import type { ActiveResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { EventListener } from "../../../../testing/event-listener.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { bodyOf, problemOf, type TestServer, testServer } from "../../../../testing/test-server.js";
import { defineModel } from "../../model/define-model.js";

type Server = Awaited<ReturnType<typeof testServer>>;

async function listen(server: Server, owner = "ann", path = ""): Promise<EventListener> {
  return new EventListener(await server.request(owner, `/events${path}`));
}

/** A stream whose first frame was read. */
async function opened(server: Server, owner = "ann"): Promise<EventListener> {
  const listener = await listen(server, owner);
  await listener.snapshot();
  return listener;
}

/** Advances time in steps, so that chains of timers run. */
async function pass(server: Pick<TestServer<never>, "clock">, milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 5_000) await server.clock.advance(5_000);
}

describe("GET /events", () => {
  it("sends a snapshot at once, with headers against proxy buffering", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const listener = await listen(server);
    expect(listener.response.status).toBe(200);
    const { headers } = listener.response;
    expect(headers.get("content-type")).toBe("text/event-stream");
    expect(headers.get("cache-control")).toBe("private, no-store, no-transform");
    expect(headers.get("x-accel-buffering")).toBe("no");
    const active = await bodyOf<ActiveResponse>(await ann.get("/active"));
    expect(await listener.next()).toEqual({ ...active, changed: [], deleted: [], resync: true });
    await listener.cancel();
  });

  it("sends this owner's later changes", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const listener = await listen(server);
    await listener.next();
    await server.as("bob").submit();
    const generation = await ann.submit();
    const { id, sequence } = generation;
    expect(await listener.next()).toEqual({ sequence, changed: [generation], deleted: [] });
    const ended = await ann.finish(id);
    const seen: number[] = [];
    for (let last = 0; last < ended.version; seen.push(last)) last = (await listener.generation()).version;
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
    await ann.delete(`/${id}`);
    const deletedAt = ended.sequence + 1;
    const deleted = [{ id, sequence: deletedAt }];
    expect(await listener.next()).toEqual({ sequence: deletedAt, changed: [], deleted });
    await listener.cancel();
  });

  it("continues from a sequence without a gap, each generation once in its newest version", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const second = await ann.submit();
    const third = await ann.submit();
    await ann.post(`/${second.id}/cancel`);
    const listener = await listen(server, "ann", "?after=1");
    expect((await listener.generation()).id).toBe(third.id);
    expect(await listener.generation()).toMatchObject({ id: second.id, status: "canceled" });
    const fourth = await ann.submit();
    expect((await listener.generation()).id).toBe(fourth.id);
    await listener.cancel();
  });

  it("sends the balance at the start and after each change", async () => {
    const server = await testServer();
    const { api } = server.safelight;
    const listener = await listen(server);
    expect(await listener.credits()).toEqual({ balance: 100 });
    const { id } = await server.as("ann").submit();
    expect(await listener.credits()).toEqual({ balance: 96 });
    await server.as("ann").post(`/${id}/cancel`);
    expect(await listener.credits()).toEqual({ balance: 100 });
    await api.grantCredits({ accountId: "ann", amount: 20, key: "order 1" });
    expect(await listener.credits()).toEqual({ balance: 120 });
    await listener.cancel();
  });

  it("sends the balance to every owner of a shared account", async () => {
    const server = await testServer({
      identify: ({ headers }) => ({ ownerId: headers.get("authorization") ?? "", accountId: "team" }),
    });
    const listener = await listen(server, "bob");
    expect(await listener.credits()).toEqual({ balance: 100 });
    const { id } = await server.as("ann").submit();
    expect(await listener.credits()).toEqual({ balance: 96 });
    await server.as("ann").post(`/${id}/cancel`);
    expect(await listener.credits()).toEqual({ balance: 100 });
    await server.as("ann").submit();
    expect(await listener.credits()).toEqual({ balance: 96 });
    await server.safelight.api.grantCredits({ accountId: "team", amount: 20, key: "order 1" });
    expect(await listener.credits()).toEqual({ balance: 116 });
    await listener.cancel();
  });

  it("sends no balance if the host does not bill", async () => {
    const free = defineModel({
      provider: scriptedProvider<{ prompt: string }>(),
      input: z.object({ prompt: z.string() }),
    });
    const server = await testServer({ credits: false, models: { flux: free } });
    const listener = await listen(server);
    await listener.snapshot();
    const received = (await listen(server)).credits().catch(() => "nothing");
    const { id } = await server.as("ann").submit();
    await server.clock.advance(1);
    expect((await listener.generation()).id).toBe(id);
    await server.safelight.close();
    expect(await received).toBe("nothing");
  });

  it("sends many changes in pages", async () => {
    const server = await testServer({ limits: { rate: false, maxActive: 1_000 }, credits: { initialGrant: 10_000 } });
    const ann = server.as("ann");
    const submitted = await Promise.all(Array.from({ length: 130 }, () => ann.submit()));
    const listener = await listen(server, "ann", "?after=0");
    const first = await listener.snapshot();
    expect(first).toMatchObject({ sequence: 100, resync: false });
    expect(first.generations).toHaveLength(130);
    expect(first.changed.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    const rest: number[] = [];
    while (rest.length < submitted.length - 100) rest.push((await listener.generation()).sequence);
    expect(rest).toEqual(Array.from({ length: 30 }, (_, index) => index + 101));
    await listener.cancel();
  });

  it("ends by itself after about ten minutes, and releases everything", async () => {
    const server = await testServer();
    const listener = await opened(server);
    const received: unknown[] = [];
    const ended = (async () => {
      for (let message = await listener.next(); message !== null; message = await listener.next())
        received.push(message);
    })();
    await pass(server, 540_000);
    expect(received.length).toBeGreaterThan(30);
    await pass(server, 120_000);
    await ended;
    expect(server.clock.pending()).toEqual([]);
  });

  it("ends when the client disconnects, and releases everything", async () => {
    const server = await testServer();
    const listener = await listen(server);
    await listener.next();
    const waiting = listener.next();
    await server.clock.advance(1);
    await listener.cancel();
    await waiting;
    await server.clock.advance(1);
    expect(server.clock.pending()).toEqual([]);
  });

  it("leaves nothing behind when its request is aborted while the stream is not read", async () => {
    const server = await testServer();
    const request = new AbortController();
    const response = await server.request("ann", "/events", { signal: request.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    request.abort();
    await server.clock.advance(1);
    expect(server.clock.pending()).toEqual([]);
    // A chunk in progress may still be read.
    await reader?.read();
    expect(server.clock.pending()).toEqual([]);
  });

  it("ends for a reader that has stalled", async () => {
    const server = await testServer();
    const response = await server.request("ann", "/events");
    const reader = response.body?.getReader();
    await reader?.read();
    await pass(server, 65_000);
    await expect(reader?.read()).rejects.toThrow("has stalled");
    expect(server.clock.pending()).toEqual([]);
  });

  it.each([
    ["signs out", null],
    ["becomes another owner", "bob"],
    ["leaves the account of a team", { ownerId: "ann", accountId: "ann" }],
  ])("ends within a minute for a caller who %s", async (_, later) => {
    let who: typeof later | { ownerId: string; accountId: string } = { ownerId: "ann", accountId: "team" };
    const server = await testServer({ identify: () => who });
    const listener = await listen(server);
    await listener.next();
    who = later;
    const rest = (async () => {
      while ((await listener.next()) !== null);
    })();
    await pass(server, 60_000);
    await rest;
    expect(server.clock.pending()).toEqual([]);
  });

  it("calls identify at every fifth heartbeat: at most every 40 seconds after the first", async () => {
    let asks = 0;
    const identify = () => {
      asks += 1;
      return "ann";
    };
    const server = await testServer({ identify });
    const listener = await opened(server);
    const beats = (async () => {
      while ((await listener.next()) !== null);
    })();
    await pass(server, 30_000);
    expect(asks).toBe(1);
    await pass(server, 30_000);
    expect(asks).toBe(2);
    await listener.cancel();
    await beats;
  });

  it("ends when the server closes, and accepts no new streams", async () => {
    const server = await testServer();
    const listener = await listen(server);
    await listener.next();
    const rest = listener.next();
    await server.clock.advance(1);
    const closed = server.safelight.close();
    const late = await server.request("ann", "/events");
    expect([late.status, await late.json()]).toMatchObject([503, { detail: "The server is closing." }]);
    await closed;
    expect(await rest).toBeNull();
    // A documented hand-over: the client connects again.
    expect(server.logs.filter(({ level }) => level !== "debug")).toEqual([]);
  });

  it("refuses a missing caller, pages of untrusted origins, and malformed positions", async () => {
    const server = await testServer();
    expect((await server.request(null, "/events")).status).toBe(401);
    const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    expect((await problemOf(await server.request("ann", "/events", { headers: foreign }))).code).toBe(
      "origin_not_allowed",
    );
    for (const query of ["after=-1", "after=x", "owner=tag", "timeline=t"]) {
      const response = await server.request("ann", `/events?${query}`);
      expect((await problemOf(response)).code).toBe("invalid_input");
    }
  });

  it("limits the streams of one owner", async () => {
    const server = await testServer();
    const listeners: EventListener[] = [];
    for (let count = 0; count < 20; count += 1) listeners.push(await opened(server));
    const response = await server.request("ann", "/events");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("30");
    expect((await server.request("bob", "/events")).status).toBe(200);
    await Promise.all(listeners.map((listener) => listener.cancel()));
    expect((await server.request("ann", "/events")).status).toBe(200);
  });

  it("holds no watch for HEAD", async () => {
    const server = await testServer();
    for (let count = 0; count < 25; count += 1) {
      const response = await server.request("ann", "/events", { method: "HEAD" });
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    }
    expect(server.clock.pending()).toEqual([]);
    expect((await server.request("ann", "/events")).status).toBe(200);
  });

  it.each([
    ["for a client that disconnected before the first event was read", "abort"],
    ["forever if the stream is not read", "time"],
  ])("holds no watch %s", async (_, how) => {
    const server = await testServer();
    const gone = new AbortController();
    const opening = Array.from({ length: 20 }, () => server.request("ann", "/events", { signal: gone.signal }));
    await opening[0];
    expect((await server.request("ann", "/events")).status).toBe(503);
    if (how === "abort") gone.abort();
    else await pass(server, 700_000);
    expect((await server.request("ann", "/events")).status).toBe(200);
  });
});
