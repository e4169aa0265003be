import { describe, expect, it } from "vitest";
import { hasLocks, openPage } from "../../../test/browser-pages.js";
import { readEvents } from "../../../test/events.js";
import { expectedRequests, nothing } from "../../../test/expected-requests.js";
import { nothingLeft } from "../../../test/fake-environment.js";
import { active, positionAt, processing } from "../../../test/generations.js";
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

  it("does not make a visible page paused that takes over from a hidden leader", async () => {
    const leader = openPage();
    leader.environment.setHidden(true);
    const paused = leader.follow(7).next();
    (await polled(7)).answer(nothing());
    expect(await paused).toBe("connection paused");
    const { environment, follow } = openPage();
    const first = follow(7).event();
    await environment.elapse(100);
    (await streamOpened(7)).begin(7);
    expect(await first).toEqual({ type: "connection", state: "live", isCurrent: true });
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
    await expect.poll(() => granted).toHaveLength(1);
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
