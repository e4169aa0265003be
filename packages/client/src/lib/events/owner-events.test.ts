import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { readEvents } from "../../../test/events.js";
import { nothingLeft } from "../../../test/fake-environment.js";
import { active, changes, completed, processing } from "../../../test/generations.js";
import { manualServer, origin } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";
import type { EventsOptions } from "../client.js";

const server = manualServer();

/** Follows the events of an owner whose sequence is 7, up to the first held question. */
async function following(options?: EventsOptions) {
  const made = testClient();
  const events = readEvents(made.client, options);
  const hello = events.next();
  (await server.next()).json(active({ sequence: 7 }));
  expect(await hello).toBe("hello 7 owner-a");
  expect(await events.next()).toBe("connection live");
  return { ...made, events };
}

describe("events", () => {
  it("begins with all that is active, then lets the server hold the question for what changes", async () => {
    const { client, environment } = testClient();
    const events = readEvents(client);
    const hello = events.event();
    const asked = await server.next();
    expect(asked.path).toBe("/api/generations/active");
    const answer = active({ sequence: 7, generations: [processing()] });
    asked.json(answer);
    const { ownerTag, sequence, serverTime } = answer;
    expect(await hello).toEqual({ type: "hello", ownerTag, sequence, serverTime, active: answer });
    expect(await events.next()).toBe("connection live");
    const change = events.next();
    const held = await server.next();
    expect(held.path).toBe("/api/generations/active?after=7&wait=25");
    held.json(changes({ sequence: 8, changed: [processing({ version: 2, sequence: 8 })] }));
    expect(await change).toBe("generation gen_1 v2");
    events.next();
    await environment.elapse(250);
    expect((await server.next()).path).toBe("/api/generations/active?after=8&wait=25");
  });

  it("is current once the generations that the first answer omits have followed as changes", async () => {
    const { client } = testClient();
    const events = readEvents(client);
    const hello = events.next();
    (await server.next()).json(active({ sequence: 7, hasMore: true }));
    expect(await hello).toBe("hello 7 owner-a");
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: false });
    const change = events.next();
    (await server.next()).json(changes({ sequence: 8, changed: [processing({ sequence: 8 })], hasMore: true }));
    expect(await change).toBe("generation gen_1 v1");
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
  });

  it("reads the whole list of a new owner when an answer to an older position omits some", async () => {
    const { events } = await following();
    const hello = events.event();
    const page = { ownerTag: "owner-b", sequence: 9, changed: [processing({ sequence: 9 })], hasMore: true };
    (await server.next()).json(changes(page));
    const asked = await server.next();
    expect(asked.path).toBe("/api/generations/active");
    asked.json(active({ ownerTag: "owner-b", sequence: 4, hasMore: true }));
    expect(await hello).toMatchObject({ type: "hello", ownerTag: "owner-b", sequence: 4 });
  });

  it("asks four times a second at most, however much news there is", async () => {
    const { events, environment } = await following();
    const first = events.next();
    const held = await server.next();
    environment.skip(10_000);
    held.json(changes({ sequence: 8, changed: [processing({ version: 2, sequence: 8 })] }));
    await first;
    // After a quiet time the next question goes out at once.
    const second = events.next();
    const again = await server.next();
    environment.skip(100);
    again.json(changes({ sequence: 9, changed: [processing({ version: 3, sequence: 9 })] }));
    await second;
    events.next();
    await environment.elapse(150);
    expect((await server.next()).path).toBe("/api/generations/active?after=9&wait=25");
  });

  it("brings what changed and what was deleted in order of sequence", async () => {
    const { events } = await following();
    const first = events.next();
    (await server.next()).json(
      changes({
        sequence: 12,
        changed: [processing({ id: "gen_b", sequence: 11 }), completed({ id: "gen_a", sequence: 9 })],
        deleted: [
          { id: "gen_d", sequence: 12 },
          { id: "gen_c", sequence: 10 },
        ],
      }),
    );
    expect([await first, await events.next(), await events.next(), await events.next()]).toEqual([
      "generation gen_a v1",
      "deleted gen_c",
      "generation gen_b v1",
      "deleted gen_d",
    ]);
  });

  it("goes on where it was through any number of cuts, and misses nothing", async () => {
    const { events, environment } = await following();
    const change = events.next();
    (await server.next()).cut();
    await environment.elapse(250);
    const again = await server.next();
    expect(again.path).toBe("/api/generations/active?after=7");
    again.json(changes({ sequence: 9, changed: [processing({ version: 3, sequence: 9 })] }));
    expect(await change).toBe("generation gen_1 v3");
    const other = events.next();
    const held = await server.next();
    expect(held.path).toBe("/api/generations/active?after=9&wait=25");
    held.json(changes({ sequence: 10, deleted: [{ id: "gen_1", sequence: 10 }] }));
    expect(await other).toBe("deleted gen_1");
  });

  it("asks again at once after a question that was held without a change", async () => {
    const { events, environment } = await following();
    const change = events.next();
    for (let round = 0; round < 3; round += 1) {
      const held = await server.next();
      expect(held.path).toBe("/api/generations/active?after=7&wait=25");
      environment.skip(25_000);
      held.answer(new Response(null, { status: 204 }));
    }
    (await server.next()).json(changes({ sequence: 8, changed: [processing({ sequence: 8 })] }));
    expect(await change).toBe("generation gen_1 v1");
  });

  it("goes on from an answer that is held already, without asking for it again", async () => {
    const { client } = testClient();
    const events = readEvents(client, { after: { sequence: 5, ownerTag: "owner-a" } });
    expect(await events.next()).toBe("connection live");
    const change = events.next();
    const held = await server.next();
    expect(held.path).toBe("/api/generations/active?after=5&wait=25");
    held.json(changes({ sequence: 6, changed: [processing({ sequence: 6 })] }));
    expect(await change).toBe("generation gen_1 v1");
  });

  it("tells once when it is current: when the first answer was told, with or without news", async () => {
    const { client, environment } = testClient();
    const events = readEvents(client, { after: { sequence: 5, ownerTag: "owner-a" } });
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: false });
    const current = events.event();
    const held = await server.next();
    environment.skip(25_000);
    held.answer(new Response(null, { status: 204 }));
    expect(await current).toEqual({ type: "connection", state: "live", isCurrent: true });
    const change = events.next();
    (await server.next()).json(changes({ sequence: 6, changed: [processing({ sequence: 6 })] }));
    expect(await change).toBe("generation gen_1 v1");
  });

  it.each([
    ["the server says so", changes({ sequence: 9, resync: true })],
    ["the sequence went back, as after a restored backup", changes({ sequence: 3 })],
  ])("says resync and begins anew when %s", async (_, answer) => {
    const { events } = await following();
    const resync = events.next();
    (await server.next()).json(answer);
    expect(await resync).toBe("resync");
    expect(await events.next()).toBe(`hello ${answer.sequence} owner-a`);
    events.next();
  });

  it("begins anew when another owner is signed in, whatever the sequences", async () => {
    const { events, environment } = await following();
    const hello = events.event();
    const answer = { sequence: 2, ownerTag: "owner-b", generations: [processing({ id: "gen_b" })], resync: true };
    (await server.next()).json(changes(answer));
    const { changed, deleted, resync, ...whole } = changes(answer);
    expect(await hello).toMatchObject({ type: "hello", ownerTag: "owner-b", active: whole });
    // A turn of the other owner is not to be mistaken for one of the first.
    const change = events.next();
    await environment.elapse(250);
    (await server.next()).json(changes({ sequence: 3, ownerTag: "owner-b", changed: [processing({ sequence: 3 })] }));
    expect(await change).toBe("generation gen_1 v1");
  });

  it.each([
    ["unauthenticated", 401],
    ["forbidden", 403],
  ] as const)("ends with %s, and asks no more", async (code, status) => {
    const { events, environment } = await following();
    const end = events.next();
    (await server.next()).problem(code);
    await expect(end).rejects.toMatchObject({ code, status });
    expect(await events.next()).toBe("end");
    expect(environment.leftovers).toEqual(nothingLeft);
    expect(server.count).toBe(2);
  });

  it("ends quietly when it is aborted, and keeps nothing", async () => {
    const controller = new AbortController();
    const { events, environment } = await following({ signal: controller.signal });
    const end = events.next();
    await server.next();
    controller.abort();
    expect(await end).toBe("end");
    expect(environment.leftovers).toEqual(nothingLeft);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("lets go of the held question when the iteration is left", async () => {
    const { events, environment } = await following();
    const end = events.next();
    await server.next();
    await events.leave();
    expect(await end).toBe("end");
    expect(environment.leftovers).toEqual(nothingLeft);
  });

  it("puts the server's origin before relative URLs, in the first answer and in each change", async () => {
    const { client } = testClient();
    const events = readEvents(client);
    const hello = events.event();
    const progress = { ...processing().progress, previewUrl: "/preview" };
    const generations = [processing({ progress })];
    (await server.next()).json(active({ generations, unseen: [completed({ url: "/picture" })] }));
    expect(await hello).toMatchObject({
      active: {
        generations: [{ progress: { previewUrl: `${origin}/preview` } }],
        unseen: [{ outputs: [{ url: `${origin}/picture` }] }],
      },
    });
    await events.next();
    const change = events.event();
    (await server.next()).json(changes({ sequence: 2, changed: [completed({ sequence: 2, url: "/picture" })] }));
    expect(await change).toMatchObject({ generation: { outputs: [{ url: `${origin}/picture` }] } });
  });
});
