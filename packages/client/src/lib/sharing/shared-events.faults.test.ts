import { describe, expect, it, onTestFinished, vi } from "vitest";
import { hasLocks, openPage } from "../../../test/browser-pages.js";
import { readEvents } from "../../../test/events.js";
import { expectedRequests } from "../../../test/expected-requests.js";
import { nothingLeft } from "../../../test/fake-environment.js";
import { active, changes, processing } from "../../../test/generations.js";
import { manualServer, origin } from "../../../test/manual-server.js";
import { openHolder } from "../../../test/open-holder.js";
import { testClient } from "../../../test/test-client.js";
import { createClient } from "../create-client.js";
import type { HeldLock } from "./peers.js";

const server = manualServer({ streams: true });
const { asked, streamAsked } = expectedRequests(server);
const change = (sequence: number) => processing({ sequence, version: sequence });
const nothing = () => new Response(null, { status: 204 });

const holding = () => openHolder(streamAsked);

describe.skipIf(!hasLocks)("the events of several pages, when things go wrong", () => {
  it("are asked for by a page that was told more: the counter may have gone back", async () => {
    const { stream } = await holding();
    const page = openPage();
    const events = page.follow(9);
    const next = events.next();
    (await asked("/active?after=9")).json(changes({ sequence: 7, resync: true }));
    expect([await next, await events.next()]).toEqual(["resync", "hello 7 owner-a"]);
    expect(await events.event()).toMatchObject({ type: "connection", isCurrent: true });
    const heard = events.next();
    stream.generation(change(8));
    expect(await heard).toBe("generation gen_1 v8");
  });

  it("are asked for at a pace where the server is behind what the others were told", async () => {
    await holding();
    const page = openPage();
    const events = page.follow(5);
    const missed = events.next();
    const behind = { sequence: 6, changed: [change(6)] };
    (await asked("/active?after=5")).json(changes(behind));
    expect(await missed).toBe("generation gen_1 v6");
    const next = events.next();
    for (const ms of [500, 1_000, 2_000]) {
      await page.environment.elapse(ms);
      (await asked("/active?after=6")).answer(nothing());
    }
    await page.environment.elapse(4_000);
    (await asked("/active?after=6")).json(changes({ sequence: 7, changed: [change(7)] }));
    expect(await next).toBe("generation gen_1 v7");
  });

  it("are called offline by a page that cannot ask for what it missed, and then what the others call them", async () => {
    await holding();
    const page = openPage();
    const events = page.follow(5);
    const offline = events.event();
    (await asked("/active?after=5")).cut();
    await page.environment.elapse(250);
    (await asked("/active?after=5")).cut();
    expect(await offline).toMatchObject({ type: "connection", state: "offline", isCurrent: false });
    const missed = events.next();
    await page.environment.elapse(500);
    (await asked("/active?after=5")).json(changes({ sequence: 7, changed: [change(7)] }));
    expect(await missed).toBe("generation gen_1 v7");
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
  });

  it("are called again what they were called before where nobody else has told anything", async () => {
    await holding();
    const page = openPage();
    const events = page.follow(7);
    expect(await events.event()).toMatchObject({ state: "live" });
    const channel = new BroadcastChannel(`safelight:1:owner-a:${origin}/api/generations`);
    onTestFinished(() => channel.close());
    channel.postMessage({ type: "lead", by: "another", sequence: 8, isHidden: false, latest: [] });
    const offline = events.event();
    (await asked("/active?after=7")).cut();
    await page.environment.elapse(250);
    (await asked("/active?after=7")).cut();
    expect(await offline).toMatchObject({ state: "offline" });
    const missed = events.next();
    await page.environment.elapse(500);
    (await asked("/active?after=7")).json(changes({ sequence: 8, changed: [change(8)] }));
    expect(await missed).toBe("generation gen_1 v8");
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
  });

  it("are asked for again after a replica that lags behind has said to begin anew", async () => {
    const { stream } = await holding();
    const page = openPage();
    const events = page.follow(5);
    const next = events.next();
    (await asked("/active?after=5")).json(changes({ sequence: 4, resync: true }));
    expect([await next, await events.next()]).toEqual(["resync", "hello 4 owner-a"]);
    const missed = events.next();
    (await asked("/active?after=4")).json(changes({ sequence: 7, changed: [change(7)] }));
    expect(await missed).toBe("generation gen_1 v7");
    expect(await events.next()).toBe("connection live");
    const heard = events.next();
    stream.generation(change(8));
    expect(await heard).toBe("generation gen_1 v8");
  });

  it("are taken over at once from a page that is hidden, whatever that one says meanwhile", async () => {
    const { environment, events } = await holding();
    const second = openPage();
    const others = second.follow(7);
    await others.next();
    const heard = others.next();
    events.next();
    environment.setHidden(true);
    await vi.waitFor(() => expect(second.environment.leftovers.timers).toContain(100));
    const channel = new BroadcastChannel(`safelight:1:owner-a:${origin}/api/generations`);
    onTestFinished(() => channel.close());
    let by = "";
    channel.onmessage = ({ data }) => {
      by ||= data.type === "lead" ? data.by : "";
    };
    channel.postMessage({ type: "who" });
    await vi.waitFor(() => expect(by).not.toBe(""));
    channel.postMessage({ type: "event", by, event: { type: "generation", generation: change(8) } });
    expect(await heard).toBe("generation gen_1 v8");
    expect(second.environment.leftovers.timers).toContain(100);
  });

  it("are told by one page, also while another one that was refused has not read so yet", async () => {
    const page = openPage();
    const reader = page.follow(7);
    await reader.next();
    (await asked("/events?after=7")).problem("unauthenticated");
    const second = openPage();
    second.follow(7).next();
    (await streamAsked(7)).hello(7);
    const said: { type: string; by?: string }[] = [];
    const channel = new BroadcastChannel(`safelight:1:owner-a:${origin}/api/generations`);
    onTestFinished(() => channel.close());
    channel.onmessage = ({ data }) => said.push(data);
    channel.postMessage({ type: "who" });
    await vi.waitFor(() => expect(said.some(({ type }) => type === "lead")).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(new Set(said.filter(({ type }) => type === "lead").map(({ by }) => by)).size).toBe(1);
    await expect(reader.next()).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("are not called live by who takes over while the server cannot be reached", async () => {
    const { environment, events, stream } = await holding();
    const second = openPage();
    const others = second.follow(7);
    expect(await others.event()).toMatchObject({ state: "live", isCurrent: true });
    const offline = [events.next(), others.next()];
    // Longer than what was not let pass.
    environment.skip(6_000);
    stream.cut();
    await environment.elapse(250);
    (await asked("/events?after=7")).cut();
    expect(await Promise.all(offline)).toEqual(["connection offline", "connection offline"]);
    const next = [events.event(), others.event()];
    environment.setHidden(true);
    await second.environment.elapse(100);
    const again = await streamAsked(7);
    await new Promise((resolve) => setTimeout(resolve, 20));
    again.hello(7);
    expect(await Promise.all(next)).toEqual(Array(2).fill({ type: "connection", state: "live", isCurrent: true }));
  });

  it("are not told again to a page that was told more than the one who tells", async () => {
    const { stream } = await holding();
    const events = openPage().follow(9);
    const next = events.next();
    (await asked("/active?after=9")).answer(nothing());
    expect(await next).toBe("connection live");
    const heard = events.next();
    for (const sequence of [8, 9, 10]) stream.generation(change(sequence));
    expect(await heard).toBe("generation gen_1 v10");
  });

  it("are taken from nobody but the one who tells", async () => {
    const { stream } = await holding();
    const events = openPage().follow(7);
    await events.next();
    const heard = events.next();
    const channel = new BroadcastChannel(`safelight:1:owner-a:${origin}/api/generations`);
    onTestFinished(() => channel.close());
    channel.postMessage({ type: "event", by: "robbed", event: { type: "deleted", id: "gen_9", sequence: 9 } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    stream.generation(change(8));
    expect(await heard).toBe("generation gen_1 v8");
  });

  it("are let go of by a page that hears of another owner, also while it has not read so yet", async () => {
    const { environment, stream } = await holding();
    const events = openPage().follow(7);
    await events.next();
    events.next();
    environment.skip(6_000);
    stream.cut();
    await environment.elapse(250);
    (await streamAsked(7)).hello(12, "owner-b");
    (await asked("/active")).json(active({ sequence: 12, ownerTag: "owner-b" }));
    await streamAsked(7);
  });

  it("leave nothing behind where they are given up at the first answer", async () => {
    const page = openPage();
    const controller = new AbortController();
    const heard: string[] = [];
    const whole = (async () => {
      for await (const { type } of page.client.events({ signal: controller.signal })) {
        heard.push(type);
        controller.abort();
      }
    })();
    (await asked("/active")).json(active());
    await whole;
    expect(heard).toEqual(["hello"]);
    expect(page.sleepers).toBe(0);
    expect(page.environment.leftovers).toEqual(nothingLeft);
  });

  it("leave nothing behind where a page leaves before the lock that it takes is given to it", async () => {
    const { environment, events } = await holding();
    const second = openPage();
    const peers = second.environment.peers;
    if (peers === null) throw new Error("it has none");
    const given: (() => void)[] = [];
    second.environment.peers = {
      ...peers,
      lock: async (name, options) => {
        const lock: HeldLock | null = await peers.lock(name, options);
        if (options.steal) await new Promise<void>((resolve) => given.push(resolve));
        return lock;
      },
    };
    const client = createClient({ baseUrl: origin }, second.environment);
    const reader = readEvents(client, { after: { sequence: 7, ownerTag: "owner-a" } });
    await reader.next();
    reader.next();
    events.next();
    environment.setHidden(true);
    await second.environment.elapse(100);
    await vi.waitFor(() => expect(given).toHaveLength(1));
    await reader.leave();
    given[0]?.();
    await events.leave();
    await vi.waitFor(async () => expect(await navigator.locks.query()).toEqual({ held: [], pending: [] }));
    expect(second.environment.leftovers).toEqual(nothingLeft);
  });
});

describe("the streams of one client", () => {
  it("are not tried by the next call where none passed for the one before", async () => {
    const { client } = testClient();
    const after = { sequence: 7, ownerTag: "owner-a" };
    const first = readEvents(client, { after });
    await first.next();
    first.next();
    (await asked("/events?after=7")).answer(new Response("<h1>no</h1>"));
    const held = await asked("/active?after=7&wait=25");
    await first.leave();
    held.answer(nothing());
    const second = readEvents(client, { after });
    await second.next();
    second.next();
    (await asked("/active?after=7&wait=25")).json(changes({ sequence: 8, changed: [change(8)] }));
  });
});
