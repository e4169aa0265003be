import type { ActiveResponse, Changes, QuoteResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { EventListener } from "../../../../testing/event-listener.js";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { bodyOf, generationOf, testServer } from "../../../../testing/test-server.js";
import { defineModel } from "../../model/define-model.js";

/** A server whose vendor runs one job at a time, until `vendor.ends` is true. */
async function oneAtATime() {
  const vendor = { ends: false };
  const poll = [() => (vendor.ends ? done() : ({ type: "running", progress: null, pollAfterMs: 1_000 } as const))];
  const provider = { ...scriptedProvider({ poll }), limits: { concurrency: 1 } };
  const input = z.object({ prompt: z.string() });
  const models = {
    flux: defineModel({ provider, input, credits: 1 }),
    other: defineModel({ provider: scriptedProvider<{ prompt: string }>({ id: "other" }), input }),
  };
  return { ...(await testServer({ models, limits: { maxActive: false, rate: false } })), vendor };
}

type Server = Awaited<ReturnType<typeof oneAtATime>>;

async function submitAll(server: Server, owners: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const owner of owners) {
    ids.push((await server.as(owner).submit({ prompt: "x" })).id);
    server.clock.skip(1_000);
  }
  return ids;
}

/** Reads frames, whose heartbeats may repeat places, until one has places. */
async function nextQueue(server: Server, listener: EventListener): Promise<NonNullable<Changes["queue"]>> {
  for (;;) {
    const next = listener.next();
    await server.clock.advance(1_000);
    const frame = await next;
    if (frame !== null && frame !== "heartbeat" && frame.queue !== undefined) return frame.queue;
  }
}

describe("the place in the queue", () => {
  it("is in every response, and null once a provider has the generation", async () => {
    const server = await oneAtATime();
    const [first, , third = ""] = await submitAll(server, ["ann", "bob", "eve"]);
    const eve = server.as("eve");
    const { progress, version } = await generationOf(await eve.get(`/${third}`));
    expect(progress).toMatchObject({ queuePosition: 2, queuePositionAt: expect.any(String) });
    const active = await bodyOf<ActiveResponse>(await eve.get("/active"));
    expect(active.generations[0]).toMatchObject({ version, progress: { queuePosition: 2 } });
    await server.safelight.worker.tick();
    server.clock.skip(1_000);
    expect((await generationOf(await server.as("ann").get(`/${first}`))).progress).toMatchObject({
      queuePosition: null,
      queuePositionAt: null,
    });
    expect(await generationOf(await eve.get(`/${third}`))).toMatchObject({ version, progress: { queuePosition: 1 } });
  });

  it("reaches a stream after a claim of another owner's generation, without a new version", async () => {
    const server = await oneAtATime();
    const [, , third] = await submitAll(server, ["ann", "bob", "eve"]);
    const listener = new EventListener(await server.request("eve", "/events"));
    const { generations, sequence } = await listener.snapshot();
    expect(generations[0]).toMatchObject({ id: third, progress: { queuePosition: 2 } });
    await server.safelight.worker.tick();
    const frame = listener.next();
    await server.clock.advance(1_000);
    expect(await frame).toMatchObject({
      ...{ sequence, changed: [], deleted: [] },
      queue: [{ id: third, version: generations[0]?.version, progress: { queuePosition: 1 } }],
    });
    await listener.cancel();
  });

  it("is part of the entity tag, so that a poll of an unchanged version gets the place of now", async () => {
    const server = await oneAtATime();
    const [, second = ""] = await submitAll(server, ["ann", "bob"]);
    const poll = (tag: string) => server.as("bob").get(`/${second}`, { "if-none-match": tag });
    const first = await poll("");
    const tag = first.headers.get("etag") ?? "";
    expect((await generationOf(first)).progress.queuePosition).toBe(1);
    server.clock.skip(1_000);
    expect((await poll(tag)).status).toBe(304);
    await server.safelight.worker.tick();
    server.clock.skip(1_000);
    const moved = await poll(tag);
    expect(moved.status).toBe(200);
    expect(moved.headers.get("etag")).not.toBe(tag);
    expect((await generationOf(moved)).progress.queuePosition).toBe(0);
  });

  it("is the number of waiting generations in a quote, of the gate of the model alone", async () => {
    const server = await oneAtATime();
    const quoted = async (model: string) => {
      server.clock.skip(1_000);
      const response = await server.as("zoe").post("/quote", { model, input: { prompt: "x" } });
      return (await bodyOf<QuoteResponse>(response)).queueLength;
    };
    expect(await quoted("flux")).toBe(0);
    await submitAll(server, ["ann", "bob", "eve"]);
    expect([await quoted("flux"), await quoted("other")]).toEqual([3, 0]);
    await server.safelight.worker.tick();
    expect(await quoted("flux")).toBe(2);
  });

  it("moves at most once a second, and not at another gate's claims", async () => {
    const server = await oneAtATime();
    const ids = await submitAll(server, ["ann", "bob", "eve", "zoe"]);
    const listener = new EventListener(await server.request("zoe", "/events"));
    await listener.snapshot();
    for (const [index, owner] of ["ann", "bob"].entries()) await server.as(owner).post(`/${ids[index]}/cancel`);
    expect(await nextQueue(server, listener)).toMatchObject([{ id: ids[3], progress: { queuePosition: 1 } }]);
    await server.as("eve").post(`/${ids[2]}/cancel`);
    let queue = await nextQueue(server, listener);
    // A heartbeat may repeat the place of before.
    while (queue[0]?.progress.queuePosition === 1) queue = await nextQueue(server, listener);
    expect(queue).toMatchObject([{ id: ids[3], progress: { queuePosition: 0 } }]);
    await listener.cancel();
  });

  it("is 100+ beyond 100, and counts those ahead into the expected end", async () => {
    const server = await oneAtATime();
    // Three runs of 2^(40/4) milliseconds.
    await server.store.addTimings([{ model: "flux", providerId: "scripted", size: 1, bucket: 40, count: 3 }]);
    const ids = await submitAll(
      server,
      Array.from({ length: 102 }, (_, index) => `owner-${index}`),
    );
    server.clock.skip(1_000);
    const read = async (index: number) => generationOf(await server.as(`owner-${index}`).get(`/${ids[index]}`));
    expect((await read(101)).progress).toMatchObject({ queuePosition: "100+", etaMs: null });
    expect((await read(100)).progress.queuePosition).toBe(100);
    const quoted = await server.as("zoe").post("/quote", { model: "flux", input: { prompt: "x" } });
    expect(await bodyOf<QuoteResponse>(quoted)).toMatchObject({ queueLength: "100+" });
    const third = await read(2);
    // The runs of the two ahead, and its own.
    expect(third.progress.queuePosition).toBe(2);
    expect(Date.parse(third.expectedAt ?? "")).toBe(Date.parse(third.progress.queuePositionAt ?? "") + 3 * 1_024);
  });
});
