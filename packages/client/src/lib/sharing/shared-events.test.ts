import { describe, expect, it, vi } from "vitest";
import { hasLocks, openPage, type TestPage } from "../../../test/browser-pages.js";
import { type TestStream, testStream } from "../../../test/event-stream.js";
import { type EventReader, readEvents } from "../../../test/events.js";
import { expectedRequests } from "../../../test/expected-requests.js";
import { nothingLeft } from "../../../test/fake-environment.js";
import { active, changes, processing } from "../../../test/generations.js";
import { manualServer } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";

const server = manualServer({ streams: true });
const change = (sequence: number) => processing({ sequence, version: sequence });

const { asked, ...requests } = expectedRequests(server);

async function streamAsked(after: number): Promise<TestStream> {
  const stream = await requests.streamAsked(after);
  stream.hello(after);
  return stream;
}

interface Follower extends TestPage {
  readonly events: EventReader;
}

/** The first page, which holds the stream of an owner whose sequence is 7. */
async function first(): Promise<Follower & { readonly stream: TestStream }> {
  const page = openPage();
  const events = page.follow(7);
  const live = events.event();
  expect(await live).toEqual({ type: "connection", state: "live", isCurrent: false });
  const stream = await streamAsked(7);
  stream.text('event: credits\ndata: {"balance":96}\n\n');
  expect([await events.next(), await events.next()]).toEqual(["connection live", "credits 96"]);
  return { ...page, events, stream };
}

/** Another page of the same browser. */
async function another(sequence = 7): Promise<Follower> {
  const page = openPage();
  const events = page.follow(sequence);
  expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
  expect(await events.next()).toBe("credits 96");
  return { ...page, events };
}

describe.skipIf(!hasLocks)("the events of several pages", () => {
  it("come by one stream, to each of them", async () => {
    const { events, stream } = await first();
    const others = [await another(), await another()];
    const heard = [events, ...others.map((other) => other.events)].map((reader) => reader.next());
    stream.generation(change(8));
    expect(await Promise.all(heard)).toEqual(Array(3).fill("generation gen_1 v8"));
    const deleted = others.map((other) => other.events.next());
    stream.text('id: 9\nevent: deleted\ndata: {"id":"gen_1","sequence":9}\n\n');
    expect(await Promise.all(deleted)).toEqual(Array(2).fill("deleted gen_1"));
    expect(server.count).toBe(1);
  });

  it("come from the next page when the one with the stream is closed, and none is missed or comes twice", async () => {
    const { events, stream } = await first();
    const second = await another();
    const third = await another();
    const heard = [second.events.next(), third.events.next()];
    stream.generation(change(8));
    await Promise.all(heard);
    const next = [second.events.next(), third.events.next()];
    await events.leave();
    const other = await streamAsked(8);
    other.generation(change(8));
    other.generation(change(9));
    expect(await Promise.all(next)).toEqual(Array(2).fill("generation gen_1 v9"));
    expect(server.count).toBe(2);
  });

  it("are asked for by a page that knows less than the one with the stream was told before", async () => {
    await first();
    const page = openPage();
    const events = page.follow(5);
    const missed = events.next();
    const answer = changes({ sequence: 7, changed: [change(6), change(7)] });
    (await asked("/active?after=5")).json(answer);
    expect([await missed, await events.next()]).toEqual(["generation gen_1 v6", "generation gen_1 v7"]);
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
  });

  it("are nobody else's: another owner of this browser has a stream of their own", async () => {
    const { stream } = await first();
    const page = openPage();
    const events = page.follow(3, "owner-b");
    await events.next();
    const other = testStream();
    (await asked("/events?after=3")).answer(other.response);
    other.hello(3, "owner-b");
    other.generation(change(4));
    stream.generation(change(8));
    expect(await events.event()).toMatchObject({ isCurrent: true });
    expect(await events.next()).toBe("generation gen_1 v4");
  });

  it("begin anew for all when they cannot be gone on from, by one answer", async () => {
    const { events, stream } = await first();
    const second = await another();
    const heard = [events.next(), second.events.next()];
    stream.text('event: resync\ndata: {"sequence":2}\n\n');
    (await asked("/active")).json(active({ sequence: 2 }));
    expect(await Promise.all(heard)).toEqual(["resync", "resync"]);
    expect([await events.next(), await second.events.next()]).toEqual(Array(2).fill("hello 2 owner-a"));
    const next = second.events.next();
    (await streamAsked(2)).generation(change(3));
    expect(await next).toBe("generation gen_1 v3");
  });

  it("come by the page that is looked at, rather than by a hidden one", async () => {
    const { environment, events } = await first();
    const second = await another();
    const hidden = events.next();
    second.events.next();
    environment.setHidden(true);
    await second.environment.elapse(100);
    const stream = await streamAsked(7);
    stream.generation(change(8));
    expect(await hidden).toBe("generation gen_1 v8");
  });

  it("come by a page that is looked at again", async () => {
    const { environment, events } = await first();
    const second = openPage();
    second.environment.setHidden(true);
    second.follow(7).next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    environment.setHidden(true);
    const paused = events.next();
    second.environment.setHidden(false);
    await second.environment.elapse(100);
    (await streamAsked(7)).generation(change(8));
    expect(await paused).toBe("generation gen_1 v8");
  });

  it("are taken over from a page that is frozen and says nothing", async () => {
    const page = await first();
    const second = await another();
    page.freeze();
    const next = second.events.next();
    await second.environment.elapse(10_000);
    await second.environment.elapse(1_500);
    (await streamAsked(7)).generation(change(8));
    expect(await next).toBe("generation gen_1 v8");
  });

  it("are let go of by a page that is put to sleep, and followed again when it is awake", async () => {
    const page = await first();
    const second = await another();
    const next = [page.events.next(), second.events.next()] as const;
    page.sleep(true);
    const stream = await streamAsked(7);
    stream.generation(change(8));
    expect(await next[1]).toBe("generation gen_1 v8");
    page.sleep(false);
    (await asked("/active?after=7")).json(changes({ sequence: 8, changed: [change(8)] }));
    expect(await next[0]).toBe("generation gen_1 v8");
  });

  it("end for a page that is refused, and each finds out by itself", async () => {
    const { environment, events, stream } = await first();
    const second = await another();
    const ends = [events.next(), second.events.next()] as const;
    stream.end();
    await environment.elapse(250);
    (await asked("/events?after=7")).problem("unauthenticated");
    await expect(ends[0]).rejects.toMatchObject({ code: "unauthenticated" });
    (await asked("/events?after=7")).problem("unauthenticated");
    await expect(ends[1]).rejects.toMatchObject({ code: "unauthenticated" });
    expect(server.count).toBe(3);
  });

  it("are kept for a page that reads nothing up to a thousand, and begun anew after that", async () => {
    const { events, stream } = await first();
    const second = await another();
    const last = (async () => {
      for (;;) if ((await events.next()) === "generation gen_1 v1109") return;
    })();
    const one = second.events.next();
    for (let sequence = 8; sequence < 1_110; sequence += 1) stream.generation(change(sequence));
    expect(await one).toBe("generation gen_1 v8");
    await last;
    await vi.waitFor(() => expect(second.environment.leftovers).toEqual(nothingLeft));
    const heard: string[] = [];
    const rest = (async () => {
      while (!heard.at(-1)?.startsWith("hello")) heard.push(await second.events.next());
    })();
    await second.environment.elapse(250);
    (await asked("/active")).json(active({ sequence: 1_109 }));
    await rest;
    expect(heard.slice(-4)).toEqual(["generation gen_1 v1008", "resync", "credits null", "hello 1109 owner-a"]);
    expect(heard).toHaveLength(1_003);
  });

  it("leave nothing behind", async () => {
    const page = await first();
    const second = await another();
    await page.events.leave();
    await second.events.leave();
    expect(page.environment.leftovers).toEqual(nothingLeft);
    expect(second.environment.leftovers).toEqual(nothingLeft);
    expect(await navigator.locks.query()).toEqual({ held: [], pending: [] });
  });
});

describe("the events of one client", () => {
  it("come by one stream, however often they are asked for", async () => {
    const { client, environment } = testClient();
    const after = { sequence: 7, ownerTag: "owner-a" };
    const readers = [readEvents(client, { after }), readEvents(client, { after })] as const;
    const begin = readers.map((reader) => reader.next());
    const stream = await streamAsked(7);
    expect(await Promise.all(begin)).toEqual(["connection live", "connection live"]);
    for (const reader of readers) expect(await reader.event()).toMatchObject({ isCurrent: true });
    const heard = readers.map((reader) => reader.next());
    stream.generation(change(8));
    expect(await Promise.all(heard)).toEqual(["generation gen_1 v8", "generation gen_1 v8"]);
    expect(server.count).toBe(1);
    const next = readers[1].next();
    await readers[0].leave();
    (await streamAsked(8)).generation(change(9));
    expect(await next).toBe("generation gen_1 v9");
    await readers[1].leave();
    expect(environment.leftovers).toEqual(nothingLeft);
  });
});
