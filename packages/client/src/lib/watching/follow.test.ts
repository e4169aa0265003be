import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { readEvents } from "../../../test/events.js";
import { expectedRequests, nothing } from "../../../test/expected-requests.js";
import { nothingLeft } from "../../../test/fake-environment.js";
import { active, changes, completed, positionAt, processing, snapshot } from "../../../test/generations.js";
import { manualServer, origin } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";
import type { EventsOptions } from "../call-options.js";

const server = manualServer();
const { asked, polled, longPolled } = expectedRequests(server);

/** Follows an owner whose sequence is 7, up to the first long poll. */
async function following(options?: EventsOptions) {
  const made = testClient();
  const events = readEvents(made.client, options);
  const first = events.next();
  (await asked("/active")).json(active({ sequence: 7 }));
  expect(await first).toBe("snapshot 7 owner-a");
  expect(await events.next()).toBe("connection live");
  return { ...made, events };
}

describe("events without streams", () => {
  it("emit a snapshot, then the changes of long polls", async () => {
    const { client, environment } = testClient();
    const events = readEvents(client);
    const first = events.event();
    const body = active({ sequence: 7, generations: [processing()] });
    (await asked("/active")).json(body);
    expect(await first).toEqual({ type: "snapshot", active: body });
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
    (await longPolled(7)).json(changes({ sequence: 8, changed: [processing({ version: 2, sequence: 8 })] }));
    expect(await events.next()).toBe("generation gen_1 v2");
    await environment.elapse(250);
    await longPolled(8);
  });

  it("are current once the generations that the snapshot omits have followed as changes", async () => {
    const { client } = testClient();
    const events = readEvents(client);
    const first = events.next();
    (await asked("/active")).json(active({ sequence: 7, hasMore: true }));
    expect(await first).toBe("snapshot 7 owner-a");
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: false });
    (await polled(7)).json(changes({ sequence: 8, changed: [processing({ sequence: 8 })], hasMore: true }));
    expect(await events.next()).toBe("generation gen_1 v1");
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
  });

  it("request the next page of changes at once, and are current after the last one", async () => {
    const { client } = testClient();
    const events = readEvents(client, { after: positionAt(0) });
    const first = events.next();
    const page = Array.from({ length: 100 }, (_, index) => processing({ id: `gen_${index}`, sequence: index + 1 }));
    (await polled(0)).json(changes({ sequence: 100, changed: page }));
    expect(await first).toBe("generation gen_0 v1");
    for (let index = 1; index < 100; index += 1) expect(await events.next()).toBe(`generation gen_${index} v1`);
    expect(await events.event()).toMatchObject({ type: "connection", isCurrent: false });
    (await longPolled(100)).json(changes({ sequence: 101, changed: [processing({ id: "gen_a", sequence: 101 })] }));
    expect(await events.next()).toBe("generation gen_a v1");
    expect(await events.event()).toMatchObject({ type: "connection", isCurrent: true });
  });

  it("count deletions as changes of a page", async () => {
    const { client } = testClient();
    const events = readEvents(client, { after: positionAt(0) });
    const first = events.next();
    const deleted = Array.from({ length: 100 }, (_, index) => ({ id: `gen_${index}`, sequence: index + 1 }));
    (await polled(0)).json(changes({ sequence: 100, deleted }));
    await first;
    for (let index = 1; index < 100; index += 1) expect(await events.next()).toBe(`deleted gen_${index}`);
    expect(await events.event()).toMatchObject({ type: "connection", isCurrent: false });
  });

  it("request changes at most four times a second", async () => {
    const { events, environment } = await following();
    const long = await longPolled(7);
    environment.skip(10_000);
    long.json(changes({ sequence: 8, changed: [processing({ version: 2, sequence: 8 })] }));
    expect(await events.next()).toBe("generation gen_1 v2");
    // After a quiet time the next request is sent at once.
    const again = await longPolled(8);
    environment.skip(100);
    again.json(changes({ sequence: 9, changed: [processing({ version: 3, sequence: 9 })] }));
    expect(await events.next()).toBe("generation gen_1 v3");
    await environment.elapse(150);
    await longPolled(9);
  });

  it("emit changes and deletions in the order of their sequences", async () => {
    const { events } = await following();
    const changed = [processing({ id: "gen_b", sequence: 11 }), completed({ id: "gen_a", sequence: 9 })];
    const deleted = [
      { id: "gen_d", sequence: 12 },
      { id: "gen_c", sequence: 10 },
    ];
    (await longPolled(7)).json(changes({ sequence: 12, changed, deleted }));
    expect([await events.next(), await events.next(), await events.next(), await events.next()]).toEqual([
      "generation gen_a v1",
      "deleted gen_c",
      "generation gen_b v1",
      "deleted gen_d",
    ]);
  });

  it("continue from their position after a cut, and miss nothing", async () => {
    const { events, environment } = await following();
    (await longPolled(7)).cut();
    await environment.elapse(250);
    (await polled(7)).json(changes({ sequence: 9, changed: [processing({ version: 3, sequence: 9 })] }));
    expect(await events.next()).toBe("generation gen_1 v3");
    (await longPolled(9)).json(changes({ sequence: 10, deleted: [{ id: "gen_1", sequence: 10 }] }));
    expect(await events.next()).toBe("deleted gen_1");
  });

  it("send the next long poll at once after one that was held without a change", async () => {
    const { events, environment } = await following();
    for (let round = 0; round < 3; round += 1) {
      const long = await longPolled(7);
      environment.skip(25_000);
      long.answer(nothing());
    }
    (await longPolled(7)).json(changes({ sequence: 8, changed: [processing({ sequence: 8 })] }));
    expect(await events.next()).toBe("generation gen_1 v1");
  });

  it("continue from a given position without a snapshot", async () => {
    const { client } = testClient();
    const events = readEvents(client, { after: positionAt(5) });
    const first = events.next();
    (await polled(5)).json(changes({ sequence: 6, changed: [processing({ sequence: 6 })] }));
    expect([await first, await events.next()]).toEqual(["generation gen_1 v1", "connection live"]);
    await longPolled(6);
  });

  it("do not compare a timeline that the given position lacks", async () => {
    const { client } = testClient();
    const events = readEvents(client, { after: { sequence: 5, ownerTag: "owner-a" } });
    const first = events.next();
    (await polled(5, { timeline: undefined })).json(changes({ sequence: 6, changed: [processing({ sequence: 6 })] }));
    expect([await first, await events.next()]).toEqual(["generation gen_1 v1", "connection live"]);
    await longPolled(6);
  });

  it.each([
    ["later", { sequence: 9 }],
    ["earlier, as after a restored backup", { sequence: 3 }],
    ["of another timeline", { sequence: 7, timeline: "timeline-b" }],
  ])("emit a snapshot that replaces everything: %s", async (_, fields) => {
    const { events, environment } = await following();
    (await longPolled(7)).json(snapshot(fields));
    expect(await events.next()).toBe(`snapshot ${fields.sequence} owner-a`);
    await environment.elapse(250);
    const changed = [processing({ sequence: fields.sequence + 1 })];
    (await longPolled(fields.sequence, fields)).json(changes({ ...fields, sequence: fields.sequence + 1, changed }));
    expect(await events.next()).toBe("generation gen_1 v1");
  });

  it("emit a snapshot when another owner is signed in, and continue from it", async () => {
    const { events, environment } = await following();
    const fields = { sequence: 2, ownerTag: "owner-b", generations: [processing({ id: "gen_b" })], hasMore: true };
    (await longPolled(7)).json(snapshot(fields));
    expect(await events.event()).toMatchObject({ type: "snapshot", active: fields });
    // Limits the requests while each response is of another owner.
    await environment.elapse(250);
    const changed = [processing({ sequence: 3 })];
    (await longPolled(2, { ownerTag: "owner-b" })).json(changes({ sequence: 3, ownerTag: "owner-b", changed }));
    expect(await events.next()).toBe("generation gen_1 v1");
  });

  it("request at most four times a second if each response is a snapshot", async () => {
    const { events, environment } = await following();
    for (let round = 0; round < 3; round += 1) {
      (await longPolled(7)).json(snapshot({ sequence: 7 }));
      expect(await events.next()).toBe("snapshot 7 owner-a");
      await environment.elapse(250);
    }
    await longPolled(7);
  });

  it.each([
    ["unauthenticated", 401],
    ["forbidden", 403],
  ] as const)("reject with %s, and send no further request", async (code, status) => {
    const { events, environment } = await following();
    const end = events.next();
    (await longPolled(7)).problem(code);
    await expect(end).rejects.toMatchObject({ code, status });
    expect(await events.next()).toBe("end");
    expect(environment.leftovers).toEqual(nothingLeft);
    expect(server.count).toBe(2);
  });

  it("end without an error when the signal aborts, and leave nothing behind", async () => {
    const controller = new AbortController();
    const { events, environment } = await following({ signal: controller.signal });
    const end = events.next();
    await longPolled(7);
    controller.abort();
    expect(await end).toBe("end");
    expect(environment.leftovers).toEqual(nothingLeft);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("abort the long poll when the iteration is left", async () => {
    const { events, environment } = await following();
    const end = events.next();
    await longPolled(7);
    await events.leave();
    expect(await end).toBe("end");
    expect(environment.leftovers).toEqual(nothingLeft);
  });

  it("prefix relative URLs with the origin of the server, in snapshots and in changes", async () => {
    const { client } = testClient();
    const events = readEvents(client);
    const first = events.event();
    const progress = { ...processing().progress, previewUrl: "/preview" };
    const generations = [processing({ progress })];
    (await asked("/active")).json(active({ generations, unseen: [completed({ url: "/image" })] }));
    expect(await first).toMatchObject({
      active: {
        generations: [{ progress: { previewUrl: `${origin}/preview` } }],
        unseen: [{ outputs: [{ url: `${origin}/image` }] }],
      },
    });
    await events.next();
    (await longPolled(1)).json(changes({ sequence: 2, changed: [completed({ sequence: 2, url: "/image" })] }));
    expect(await events.event()).toMatchObject({ generation: { outputs: [{ url: `${origin}/image` }] } });
  });
});
