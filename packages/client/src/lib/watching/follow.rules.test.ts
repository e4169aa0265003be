import { describe, expect, it } from "vitest";
import { hasLocks, openPage } from "../../../test/browser-pages.js";
import { expectedRequests, nothing } from "../../../test/expected-requests.js";
import { active, changes, positionAt, processing, snapshot } from "../../../test/generations.js";
import { openFollower, openLeader, otherLeader } from "../../../test/leader-page.js";
import { manualServer } from "../../../test/manual-server.js";

const server = manualServer({ streams: true });
const requests = expectedRequests(server);
const { polled, streamOpened } = requests;
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

  it("without a timeline does not erase a known one: the changes of a restored backup are not applied", async () => {
    await openLeader(requests);
    const { events } = await openFollower();
    const next = events.next();
    const { post } = otherLeader();
    const fields = { timeline: "timeline-b" };
    post({ to: positionAt(7, { timeline: undefined }) });
    post({ to: positionAt(8, fields), changes: [change(8)] });
    const asked = polled(7).then((request) => request.json(snapshot({ sequence: 8, ...fields })));
    expect(await Promise.race([next, asked.then(() => next)])).toBe("snapshot 8 owner-a");
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

  it("stops asking when frames of the leader close the gap, and has its connection", async () => {
    await openLeader(requests);
    const { environment, events } = await openFollower();
    const { post } = otherLeader();
    post({ from: 8, to: positionAt(8) });
    (await polled(7)).cut();
    await environment.elapse(250);
    (await polled(7)).cut();
    expect(await events.next()).toBe("connection offline");
    post(step(7));
    expect(await events.next()).toBe("generation gen_8 v1");
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
    expect(environment.leftovers.timers).not.toContain(500);
  });

  it("emits the same snapshot of two leaders once", async () => {
    const { stream } = await openLeader(requests);
    const { events } = await openFollower();
    stream.snapshot(9);
    expect(await events.next()).toBe("snapshot 9 owner-a");
    otherLeader().post({ from: 0, to: positionAt(9), snapshot: snapshot({ sequence: 9 }) });
    stream.generation(change(10));
    expect(await events.next()).toBe("generation gen_10 v1");
  });

  it("drops a response that it requested before a snapshot", async () => {
    const { stream } = await openLeader(requests);
    const events = openPage().follow(5);
    const first = events.next();
    const request = await polled(5);
    stream.snapshot(9);
    expect(await first).toBe("snapshot 9 owner-a");
    // The snapshot of a replica that lags behind.
    request.json(snapshot({ sequence: 6 }));
    expect(await events.next()).toBe("connection live");
    stream.generation(change(10));
    expect(await events.next()).toBe("generation gen_10 v1");
    expect(server.count).toBe(2);
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

  it.each([
    ["goes back", { sequence: 2 }],
    ["is of another timeline", { sequence: 7, timeline: "timeline-b" }],
  ])("requests a snapshot that %s from the server", async (_, fields) => {
    const { events, stream } = await openLeader(requests);
    const follower = await openFollower();
    stream.snapshot(fields.sequence, fields);
    expect(await events.next()).toBe(`snapshot ${fields.sequence} owner-a`);
    (await polled(7)).json(snapshot(fields));
    expect(await follower.events.next()).toBe(`snapshot ${fields.sequence} owner-a`);
    stream.generation(change(fields.sequence + 1));
    for (const reader of [events, follower.events]) {
      expect(await reader.next()).toBe(`generation gen_${fields.sequence + 1} v1`);
    }
  });

  it("does not go back by an old snapshot of a leader that was frozen", async () => {
    const { stream } = await openLeader(requests);
    const { events } = await openFollower();
    otherLeader().post({ from: 0, to: positionAt(5), snapshot: active({ sequence: 5 }) });
    (await polled(7)).answer(nothing());
    stream.generation(change(8));
    expect(await events.next()).toBe("generation gen_8 v1");
  });

  it("receives a snapshot of the server instead of changes that a restored backup has undone", async () => {
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
    await page.environment.elapse(1_000);
    (await polled(6)).json(snapshot({ sequence: 2 }));
    expect([await events.next(), await events.next()]).toEqual(["snapshot 2 owner-a", "connection live"]);
    stream.generation(change(3));
    expect(await events.next()).toBe("generation gen_3 v1");
    expect(server.count).toBe(4);
  });
});
