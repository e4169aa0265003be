import { describe, expect, it } from "vitest";
import { hasLocks, openPage } from "../../../test/browser-pages.js";
import { readEvents } from "../../../test/events.js";
import { expectedRequests, nothing } from "../../../test/expected-requests.js";
import { nothingLeft } from "../../../test/fake-environment.js";
import { changes, positionAt, processing } from "../../../test/generations.js";
import { openFollower, openLeader } from "../../../test/leader-page.js";
import { manualServer } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";

const server = manualServer({ streams: true });
const requests = expectedRequests(server);
const { polled, streamRequested, streamOpened } = requests;
const change = (sequence: number) => processing({ sequence, version: sequence });

const unlocked = () => expect.poll(() => navigator.locks.query()).toEqual({ held: [], pending: [] });

describe.skipIf(!hasLocks)("the events of several pages", () => {
  it("are delivered by one stream to each page", async () => {
    const { events, stream } = await openLeader(requests);
    const followers = [await openFollower(), await openFollower()];
    stream.generation(change(8));
    for (const reader of [events, ...followers.map((page) => page.events)]) {
      expect(await reader.next()).toBe("generation gen_1 v8");
    }
    stream.frame({ sequence: 9, changed: [], deleted: [{ id: "gen_1", sequence: 9 }] });
    for (const page of followers) expect(await page.events.next()).toBe("deleted gen_1");
    expect(server.count).toBe(1);
  });

  it("include the balance, also for a page that is opened later", async () => {
    const { events, stream } = await openLeader(requests);
    const follower = await openFollower();
    stream.balance(96);
    expect([await events.next(), await follower.events.next()]).toEqual(["credits 96", "credits 96"]);
    const later = await openFollower();
    expect(await later.events.next()).toBe("credits 96");
  });

  it("come from the next page when the leader is closed: none is missed, and none comes twice", async () => {
    const { events, stream } = await openLeader(requests);
    const followers = [await openFollower(), await openFollower()];
    stream.generation(change(8));
    for (const page of followers) expect(await page.events.next()).toBe("generation gen_1 v8");
    await events.leave();
    const other = await streamOpened(8);
    other.begin(9, { changed: [change(9)] });
    for (const page of followers) expect(await page.events.next()).toBe("generation gen_1 v9");
    expect(server.count).toBe(2);
  });

  it("are requested by a page whose position is behind the leader's", async () => {
    await openLeader(requests);
    const page = openPage();
    const events = page.follow(5);
    const first = events.next();
    const changed = [{ ...change(6), id: "gen_6" }, change(7)];
    (await polled(5)).json(changes({ sequence: 7, changed }));
    expect([await first, await events.next()]).toEqual(["generation gen_6 v6", "generation gen_1 v7"]);
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
  });

  it("are not shared with another owner, who has another stream", async () => {
    const { stream } = await openLeader(requests);
    const page = openPage();
    const events = page.follow(3, { ownerTag: "owner-b" });
    const first = events.next();
    const other = await streamOpened(3, { ownerTag: "owner-b" });
    stream.generation(change(8));
    other.begin(4, { ownerTag: "owner-b", changed: [change(4)] });
    expect([await first, await events.next()]).toEqual(["generation gen_1 v4", "connection live"]);
  });

  it("are replaced by one snapshot for all pages", async () => {
    const { events, stream } = await openLeader(requests);
    const follower = await openFollower();
    stream.snapshot(9);
    for (const reader of [events, follower.events]) expect(await reader.next()).toBe("snapshot 9 owner-a");
    stream.generation(change(10));
    for (const reader of [events, follower.events]) expect(await reader.next()).toBe("generation gen_1 v10");
    expect(server.count).toBe(1);
  });

  it("come by a visible page rather than by a hidden one", async () => {
    const { environment, events } = await openLeader(requests);
    const follower = await openFollower();
    environment.setHidden(true);
    await follower.environment.elapse(100);
    (await streamOpened(7)).begin(8, { changed: [change(8)] });
    expect([await events.next(), await follower.events.next()]).toEqual(Array(2).fill("generation gen_1 v8"));
  });

  it("come by a page that is shown, rather than by a hidden one", async () => {
    const { environment } = await openLeader(requests);
    const page = openPage();
    page.environment.setHidden(true);
    const events = page.follow(7);
    expect(await events.next()).toBe("connection live");
    environment.setHidden(true);
    page.environment.setHidden(false);
    await page.environment.elapse(100);
    (await streamOpened(7)).begin(8, { changed: [change(8)] });
    expect(await events.next()).toBe("generation gen_1 v8");
  });

  it("come by another page within 12 seconds when the leader is frozen", async () => {
    const leader = await openLeader(requests);
    const follower = await openFollower();
    leader.freeze();
    await follower.environment.elapse(10_000);
    await follower.environment.elapse(1_500);
    (await streamOpened(7)).begin(8, { changed: [change(8)] });
    expect(await follower.events.next()).toBe("generation gen_1 v8");
  });

  it("are continued by a page that the browser freezes and resumes", async () => {
    const leader = await openLeader(requests);
    const follower = await openFollower();
    leader.sleep(true);
    (await streamOpened(7)).begin(8, { changed: [change(8)] });
    expect(await follower.events.next()).toBe("generation gen_1 v8");
    leader.sleep(false);
    (await polled(7)).json(changes({ sequence: 8, changed: [change(8)] }));
    expect(await leader.events.next()).toBe("generation gen_1 v8");
  });

  it("are continued by a frozen page that is shown, without an event of the browser", async () => {
    const leader = await openLeader(requests);
    leader.sleep(true);
    await new Promise((resolve) => setImmediate(resolve));
    leader.environment.setHidden(true);
    leader.environment.setHidden(false);
    (await streamOpened(7)).begin(8, { changed: [change(8)] });
    expect(await leader.events.next()).toBe("generation gen_1 v8");
  });

  it("reject on each page by the server's own refusal", async () => {
    const { environment, events, stream } = await openLeader(requests);
    const follower = await openFollower();
    const ends = [events.next(), follower.events.next()] as const;
    stream.end();
    await environment.elapse(250);
    (await streamRequested(7)).problem("unauthenticated");
    await expect(ends[0]).rejects.toMatchObject({ code: "unauthenticated" });
    (await streamRequested(7)).problem("unauthenticated");
    await expect(ends[1]).rejects.toMatchObject({ code: "unauthenticated" });
    expect(server.count).toBe(3);
  });

  it("are the newest versions on a page that reads nothing for long, however many there were", async () => {
    const { events, stream } = await openLeader(requests);
    const follower = await openFollower();
    for (let sequence = 8; sequence < 1_108; sequence += 1) {
      stream.generation({ ...change(sequence), id: `gen_${sequence % 2}` });
    }
    await expect.poll(() => events.next()).toBe("generation gen_1 v1107");
    stream.frame({ sequence: 1_108, changed: [], deleted: [{ id: "gen_2", sequence: 1_108 }] });
    expect(await events.next()).toBe("deleted gen_2");
    const received: string[] = [];
    while (received.at(-1) !== "deleted gen_2") received.push(await follower.events.next());
    expect(received.slice(-3)).toEqual(["generation gen_0 v1106", "generation gen_1 v1107", "deleted gen_2"]);
  });

  it("leave nothing behind", async () => {
    const leader = await openLeader(requests);
    const follower = await openFollower();
    await leader.events.leave();
    await follower.events.leave();
    await unlocked();
    expect(leader.environment.leftovers).toEqual(nothingLeft);
    expect(follower.environment.leftovers).toEqual(nothingLeft);
    expect([leader.sleepers, follower.sleepers]).toEqual([0, 0]);
  });

  it("leave nothing behind if the first event ends the iteration", async () => {
    const page = openPage();
    const controller = new AbortController();
    const received: string[] = [];
    const iteration = (async () => {
      for await (const { type } of page.client.events({ signal: controller.signal })) {
        received.push(type);
        controller.abort();
      }
    })();
    (await requests.asked("/active")).json(changes());
    await iteration;
    expect(received).toEqual(["snapshot"]);
    await unlocked();
    expect(page.sleepers).toBe(0);
    expect(page.environment.leftovers).toEqual(nothingLeft);
  });
});

describe("the events of one client", () => {
  it("come by one stream for all its calls", async () => {
    const { client, environment } = testClient();
    const first = readEvents(client, { after: positionAt(7) });
    const second = readEvents(client, { after: positionAt(7) });
    const live = [first.event(), second.event()];
    const stream = await streamOpened(7);
    stream.begin(7);
    for (const event of live) expect(await event).toEqual({ type: "connection", state: "live", isCurrent: true });
    stream.generation(change(8));
    expect([await first.next(), await second.next()]).toEqual(Array(2).fill("generation gen_1 v8"));
    expect(server.count).toBe(1);
    await first.leave();
    (await streamOpened(8)).begin(9, { changed: [change(9)] });
    expect(await second.next()).toBe("generation gen_1 v9");
    await second.leave();
    expect(environment.leftovers).toEqual(nothingLeft);
  });

  it("are delivered by one long poll to all its calls", async () => {
    const { client } = testClient();
    const first = readEvents(client, { after: positionAt(7) });
    const live = first.next();
    (await streamRequested(7)).problem("not_found");
    (await polled(7)).answer(nothing());
    await live;
    const second = readEvents(client, { after: positionAt(7) });
    expect(await second.next()).toBe("connection live");
    (await requests.longPolled(7)).json(changes({ sequence: 8, changed: [change(8)] }));
    expect([await first.next(), await second.next()]).toEqual(Array(2).fill("generation gen_1 v8"));
  });
});
