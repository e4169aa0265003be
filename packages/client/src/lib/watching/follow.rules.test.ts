import { describe, expect, it, vi } from "vitest";
import { hasLocks, openPage } from "../../../test/browser-pages.js";
import { readEvents } from "../../../test/events.js";
import { expectedRequests, nothing } from "../../../test/expected-requests.js";
import { nothingLeft } from "../../../test/fake-environment.js";
import { active, changes, positionAt, processing, snapshot } from "../../../test/generations.js";
import { openFollower, openLeader, otherLeader } from "../../../test/leader-page.js";
import { manualServer, origin } from "../../../test/manual-server.js";
import { createClient } from "../create-client.js";
import type { LockOptions } from "./peers.js";

const server = manualServer({ streams: true });
const requests = expectedRequests(server);
const { polled, streamRequested, streamOpened } = requests;
/** A change of its own generation, so that an unread one is not replaced. */
const change = (sequence: number) => processing({ id: `gen_${sequence}`, sequence });
const step = (from: number, to = from + 1) => ({ from, to: positionAt(to), changes: [change(to)] });
const words = (...sequences: readonly number[]) => sequences.map((sequence) => `generation gen_${sequence} v1`);

describe.skipIf(!hasLocks)("a frame", () => {
  it("is applied once, however often it is received", async () => {
    await openLeader(requests);
    const { events } = await openFollower();
    const { post } = otherLeader();
    for (let round = 0; round < 3; round += 1) post(step(7));
    post(step(8));
    expect([await events.next(), await events.next()]).toEqual(words(8, 9));
  });

  it("that starts after the position is not applied: the page requests the changes after its own", async () => {
    await openLeader(requests);
    const { events } = await openFollower();
    const { post } = otherLeader();
    post(step(8));
    (await polled(7)).json(changes({ sequence: 9, changed: [change(8), change(9)] }));
    expect([await events.next(), await events.next()]).toEqual(words(8, 9));
    // The first one arrives late.
    post(step(7));
    post(step(9));
    expect(await events.next()).toBe("generation gen_10 v1");
  });

  it("has only its later changes applied if it starts before the position", async () => {
    await openLeader(requests);
    const { events } = await openFollower();
    otherLeader().post({ from: 5, to: positionAt(9), changes: [6, 7, 8, 9].map(change) });
    expect([await events.next(), await events.next()]).toEqual(words(8, 9));
    expect(server.count).toBe(1);
  });

  it("without changes is a heartbeat, which causes no event and no request", async () => {
    const { stream } = await openLeader(requests);
    const { events } = await openFollower();
    stream.beat();
    otherLeader().post({});
    stream.generation(change(8));
    expect(await events.next()).toBe("generation gen_8 v1");
    expect(server.count).toBe(1);
  });

  it("of another timeline is not applied, even at the same sequence", async () => {
    await openLeader(requests);
    const page = openPage();
    const events = page.follow(7, { timeline: "timeline-b" });
    const first = events.next();
    (await polled(7, { timeline: "timeline-b" })).json(snapshot({ sequence: 7 }));
    expect([await first, await events.next()]).toEqual(["snapshot 7 owner-a", "connection live"]);
  });

  it("of each of two leaders is applied once", async () => {
    const { stream, environment, events } = await openLeader(requests);
    const follower = await openFollower();
    // The first leader does not notice that its lock was stolen.
    follower.environment.setHidden(true);
    const { post } = otherLeader();
    post(step(7));
    stream.generation(change(8));
    post(step(8));
    stream.generation(change(9));
    expect([await follower.events.next(), await follower.events.next()]).toEqual(words(8, 9));
    expect([await events.next(), await events.next()]).toEqual(words(8, 9));
    expect(environment.isHidden()).toBe(false);
    stream.generation(change(10));
    expect(await follower.events.next()).toBe("generation gen_10 v1");
  });
});

describe.skipIf(!hasLocks)("a page whose position differs from the leader's", () => {
  it("receives a snapshot if it is ahead after a restored backup", async () => {
    const { stream } = await openLeader(requests);
    const page = openPage();
    const events = page.follow(9);
    const first = events.next();
    (await polled(9)).json(snapshot({ sequence: 7 }));
    expect([await first, await events.next()]).toEqual(["snapshot 7 owner-a", "connection live"]);
    stream.generation(change(8));
    expect(await events.next()).toBe("generation gen_8 v1");
  });

  it("keeps its position if the server confirms that it is ahead, and requests again at the next heartbeat", async () => {
    await openLeader(requests);
    const events = openPage().follow(9);
    const first = events.next();
    (await polled(9)).answer(nothing());
    expect(await first).toBe("connection live");
    otherLeader().askForHeartbeat();
    // A backup may have been restored since.
    (await polled(9)).json(snapshot({ sequence: 7 }));
    expect(await events.next()).toBe("snapshot 7 owner-a");
  });

  it("emits no change of the leader that it has received before", async () => {
    const { stream } = await openLeader(requests);
    const events = openPage().follow(9);
    const first = events.next();
    (await polled(9)).answer(nothing());
    expect(await first).toBe("connection live");
    stream.generation(change(8));
    (await polled(9)).answer(nothing());
    stream.generation(change(9));
    stream.generation(change(10));
    expect(await events.next()).toBe("generation gen_10 v1");
  });

  it("requests with a growing delay until a lagging replica has what the leader has", async () => {
    await openLeader(requests);
    const page = openPage();
    const events = page.follow(5);
    const first = events.next();
    (await polled(5)).json(changes({ sequence: 6, changed: [change(6)] }));
    expect(await first).toBe("generation gen_6 v1");
    for (const ms of [500, 1_000, 2_000]) {
      await page.environment.elapse(ms);
      (await polled(6)).answer(nothing());
    }
    await page.environment.elapse(4_000);
    (await polled(6)).json(changes({ sequence: 7, changed: [change(7)] }));
    expect([await events.next(), await events.next()]).toEqual(["generation gen_7 v1", "connection live"]);
  });

  it("requests again after a snapshot of a lagging replica", async () => {
    const { stream } = await openLeader(requests);
    const page = openPage();
    const events = page.follow(5);
    const first = events.next();
    (await polled(5)).json(snapshot({ sequence: 4 }));
    expect(await first).toBe("snapshot 4 owner-a");
    await page.environment.elapse(500);
    (await polled(4)).json(changes({ sequence: 7, changed: [change(7)] }));
    expect([await events.next(), await events.next()]).toEqual(["generation gen_7 v1", "connection live"]);
    stream.generation(change(8));
    expect(await events.next()).toBe("generation gen_8 v1");
  });

  it("is offline while it cannot reach the server, and then has the connection of the leader", async () => {
    await openLeader(requests);
    const page = openPage();
    const events = page.follow(5);
    const first = events.event();
    (await polled(5)).cut();
    await page.environment.elapse(250);
    (await polled(5)).cut();
    expect(await first).toEqual({ type: "connection", state: "offline", isCurrent: false });
    await page.environment.elapse(500);
    (await polled(5)).json(changes({ sequence: 7, changed: [change(7)] }));
    expect(await events.next()).toBe("generation gen_7 v1");
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
  });

  it("has the connection of the leader again, also without another message", async () => {
    await openLeader(requests);
    const { environment, events } = await openFollower();
    otherLeader().post({ from: 8, to: positionAt(8) });
    (await polled(7)).cut();
    await environment.elapse(250);
    (await polled(7)).cut();
    expect(await events.next()).toBe("connection offline");
    await environment.elapse(500);
    (await polled(7)).json(changes({ sequence: 8, changed: [change(8)] }));
    expect(await events.next()).toBe("generation gen_8 v1");
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
  });

  it("drops a response that it requested before a snapshot", async () => {
    const { stream } = await openLeader(requests);
    const events = openPage().follow(5);
    const first = events.next();
    const request = await polled(5);
    stream.snapshot(2, { timeline: "timeline-b" });
    expect(await first).toBe("snapshot 2 owner-a");
    request.json(changes({ sequence: 7, changed: [change(6), change(7)] }));
    expect(await events.next()).toBe("connection live");
    stream.generation(change(3));
    expect(await events.next()).toBe("generation gen_3 v1");
  });

  it("drops a response that it requested before it became the leader", async () => {
    const { events } = await openLeader(requests);
    const other = openPage().follow(9);
    const first = other.event();
    const request = await polled(9);
    await events.leave();
    const stream = await streamOpened(9);
    request.json(snapshot({ sequence: 8 }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    stream.begin(9);
    expect(await first).toEqual({ type: "connection", state: "live", isCurrent: true });
    stream.generation(change(10));
    expect(await other.next()).toBe("generation gen_10 v1");
  });

  it("does not request any longer what a restored backup has undone", async () => {
    const { stream } = await openLeader(requests);
    const page = openPage();
    const events = page.follow(5);
    const first = events.next();
    (await polled(5)).json(changes({ sequence: 6, changed: [change(6)] }));
    expect(await first).toBe("generation gen_6 v1");
    await page.environment.elapse(500);
    (await polled(6)).answer(nothing());
    await page.environment.timer(1_000);
    stream.snapshot(2);
    expect(await events.next()).toBe("snapshot 2 owner-a");
    await page.environment.elapse(1_000);
    expect(await events.next()).toBe("connection live");
    stream.generation(change(3));
    expect(await events.next()).toBe("generation gen_3 v1");
    expect(server.count).toBe(3);
  });
});

describe.skipIf(!hasLocks)("the election of a leader", () => {
  it("takes over from a hidden page after the first delay, even if that page posts more", async () => {
    const { environment } = await openLeader(requests);
    const follower = await openFollower();
    environment.setHidden(true);
    const timer = await follower.environment.timer(100);
    follower.environment.skip(50);
    otherLeader().post(step(7), { isHidden: true });
    expect(await follower.events.next()).toBe("generation gen_8 v1");
    expect(await follower.environment.timer(100)).toBe(timer);
    await follower.environment.elapse(100);
    await streamRequested(8);
  });

  it("does not make the connection live before the new leader has reached the server", async () => {
    const { environment, events, stream } = await openLeader(requests);
    const follower = await openFollower();
    environment.skip(6_000);
    stream.cut();
    await environment.elapse(250);
    (await streamRequested(7)).cut();
    expect([await events.next(), await follower.events.next()]).toEqual(Array(2).fill("connection offline"));
    environment.setHidden(true);
    await follower.environment.elapse(100);
    const again = await streamOpened(7);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const next = [events.event(), follower.events.event()];
    again.begin(8, { changed: [change(8)] });
    expect(await Promise.all(next)).toMatchObject([{ type: "generation" }, { type: "generation" }]);
    for (const reader of [events, follower.events]) {
      expect(await reader.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
    }
  });

  it("passes to another page when the leader learns that another owner is signed in", async () => {
    const { environment, events, stream } = await openLeader(requests);
    const follower = await openFollower();
    environment.skip(6_000);
    stream.cut();
    await environment.elapse(250);
    (await streamOpened(7)).snapshot(12, { ownerTag: "owner-b" });
    (await streamOpened(7)).begin(8, { changed: [change(8)] });
    expect(await events.next()).toBe("snapshot 12 owner-b");
    expect(await follower.events.next()).toBe("generation gen_8 v1");
  });

  it("passes to another page when the server refuses the leader", async () => {
    const page = openPage();
    const events = page.follow(7);
    const end = events.next();
    (await streamRequested(7)).problem("unauthenticated");
    await expect(end).rejects.toMatchObject({ code: "unauthenticated" });
    const second = openPage().follow(7);
    const first = second.next();
    (await streamOpened(7)).begin(7);
    expect(await first).toBe("connection live");
  });

  it("leaves no lock behind if a page leaves before its stolen lock is granted", async () => {
    const leader = await openLeader(requests);
    const second = openPage();
    const { peers } = second.environment;
    if (peers === null) throw new Error("The page has no peers.");
    const granted: (() => void)[] = [];
    second.environment.peers = {
      ...peers,
      lock: async (name: string, options: LockOptions, work: (held: AbortSignal) => Promise<void>) => {
        if (options.steal) await new Promise<void>((resolve) => granted.push(resolve));
        await peers.lock(name, options, work);
      },
    };
    const reader = readEvents(createClient({ baseUrl: origin }, second.environment), { after: positionAt(7) });
    expect(await reader.next()).toBe("connection live");
    leader.environment.setHidden(true);
    await second.environment.elapse(100);
    await vi.waitFor(() => expect(granted).toHaveLength(1));
    await reader.leave();
    granted[0]?.();
    await leader.events.leave();
    await expect.poll(() => navigator.locks.query()).toEqual({ held: [], pending: [] });
    expect(second.environment.leftovers).toEqual(nothingLeft);
  });
});

describe("a page without an owner", () => {
  it("shares nothing before its first response", async () => {
    const page = openPage();
    const events = readEvents(page.client);
    const first = events.next();
    const request = await requests.asked("/active");
    const { received, askForHeartbeat } = otherLeader();
    askForHeartbeat();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(received).toEqual([]);
    request.json(active());
    expect(await first).toBe("snapshot 1 owner-a");
    await streamRequested(1);
  });
});
