import { describe, expect, it } from "vitest";
import { testStream } from "../../../test/event-stream.js";
import { readEvents } from "../../../test/events.js";
import { expectedRequests, nothing } from "../../../test/expected-requests.js";
import { nothingLeft } from "../../../test/fake-environment.js";
import { changes, completed, positionAt, processing } from "../../../test/generations.js";
import { manualServer, origin } from "../../../test/manual-server.js";
import { streamingClient } from "../../../test/streaming-client.js";
import { testClient } from "../../../test/test-client.js";

const server = manualServer({ streams: true });
const change = (sequence: number) => processing({ sequence, version: sequence });
const requests = expectedRequests(server);
const { polled, streamRequested, streamOpened } = requests;
const { following, streaming } = streamingClient(requests);

describe("events of a stream", () => {
  it("are changes, deletions and the balance, in order and each once", async () => {
    const { events } = await following();
    const stream = await streamOpened(7);
    stream.begin(8, { changed: [change(8)] });
    stream.balance(96);
    expect([await events.next(), await events.next()]).toEqual(["generation gen_1 v8", "credits 96"]);
    stream.generation(change(8));
    stream.generation({ ...change(9), id: "gen_2" });
    expect(await events.next()).toBe("generation gen_2 v9");
    stream.frame({ sequence: 10, changed: [], deleted: [{ id: "gen_1", sequence: 10 }] });
    expect(await events.next()).toBe("deleted gen_1");
    stream.generation(change(10));
    stream.generation(change(11));
    expect(await events.next()).toBe("generation gen_1 v11");
    expect(server.count).toBe(2);
  });

  it("ignore members that a later server adds, and other events", async () => {
    const { events } = await following();
    const stream = await streamOpened(7);
    stream.text(
      `retry: 500\nid: 3\nevent: later\ndata: ${JSON.stringify({ ...changes({ sequence: 7 }), more: 1 })}\n\n`,
    );
    stream.text('data: {"notice":"maintenance"}\n\n');
    stream.generation(change(8));
    expect(await events.next()).toBe("generation gen_1 v8");
  });

  it("prefix relative URLs with the origin of the server", async () => {
    const { events } = await following();
    const stream = await streamOpened(7);
    stream.begin(8, { changed: [completed({ sequence: 8, url: "/image" })] });
    expect(await events.event()).toMatchObject({ generation: { outputs: [{ url: `${origin}/image` }] } });
    stream.generation(completed({ id: "gen_2", sequence: 9, url: "/other" }));
    expect(await events.event()).toMatchObject({ generation: { outputs: [{ url: `${origin}/other` }] } });
    stream.snapshot(9, { unseen: [completed({ url: "/third" })] });
    expect(await events.event()).toMatchObject({ active: { unseen: [{ outputs: [{ url: `${origin}/third` }] }] } });
  });

  it("are the first of a page that continues from a position, without another request", async () => {
    const { client } = testClient();
    const events = readEvents(client, { after: positionAt(5) });
    const first = events.next();
    const stream = await streamOpened(5);
    stream.begin(7, { changed: [{ ...change(6), id: "gen_6" }, change(7)] });
    expect([await first, await events.next()]).toEqual(["generation gen_6 v6", "generation gen_1 v7"]);
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
    expect(server.count).toBe(1);
  });

  it("are current after the last page of changes, or a heartbeat", async () => {
    const { client } = testClient();
    const events = readEvents(client, { after: positionAt(0) });
    const first = events.next();
    const stream = await streamOpened(0);
    const page = (from: number) =>
      Array.from({ length: 100 }, (_, index) => processing({ id: `gen_${from + index}`, sequence: from + index }));
    stream.begin(100, { changed: page(1) });
    await first;
    for (let index = 2; index <= 100; index += 1) await events.next();
    expect(await events.event()).toMatchObject({ state: "live", isCurrent: false });
    stream.frame({ sequence: 200, changed: page(101), deleted: [] });
    for (let index = 101; index <= 200; index += 1) expect(await events.next()).toBe(`generation gen_${index} v1`);
    stream.beat();
    expect(await events.event()).toMatchObject({ state: "live", isCurrent: true });
  });

  it("continue from their position after a cut, also in the middle of a frame", async () => {
    const { events, environment } = await following();
    const stream = await streamOpened(7);
    stream.begin(8, { changed: [change(8)] });
    expect(await events.next()).toBe("generation gen_1 v8");
    stream.text(`data: ${JSON.stringify({ sequence: 9, changed: [change(9)], deleted: [] })}\n`);
    environment.skip(10_000);
    stream.cut();
    await environment.elapse(250);
    const again = await streamOpened(8);
    again.begin(9, { changed: [change(9)] });
    expect(await events.next()).toBe("generation gen_1 v9");
  });

  it("may be divided into chunks at any byte", async () => {
    const { events } = await following();
    const stream = testStream();
    (await streamRequested(7)).answer(stream.response);
    const written = JSON.stringify(
      changes({ sequence: 8, changed: [{ ...change(8), input: { prompt: "ein Glühwürmchen 💡" } }] }),
    );
    const bytes = new TextEncoder().encode(`retry: 1000\ndata: ${written}\n\n`);
    for (const byte of bytes) stream.bytes(Uint8Array.of(byte));
    expect(await events.event()).toMatchObject({ generation: { input: { prompt: "ein Glühwürmchen 💡" } } });
  });

  it("are requested again within a second when the server ends a stream after minutes", async () => {
    const { environment } = await following();
    for (let round = 0; round < 3; round += 1) {
      const stream = await streamOpened(7);
      stream.begin(7);
      await environment.timer(25_000);
      environment.skip(60_000);
      stream.end();
      // Spread: a server that stops ends all of its streams.
      await environment.elapse(500);
    }
    await streamRequested(7);
  });

  it("are requested again after 25 seconds of silence", async () => {
    const { environment } = await streaming();
    await environment.elapse(25_000);
    await environment.elapse(250);
    await streamRequested(7);
  });

  it("are not requested again while heartbeats arrive", async () => {
    const { environment, events, stream } = await streaming();
    const silence = await environment.timer(25_000);
    environment.skip(20_000);
    stream.beat();
    await expect.poll(() => environment.timer(25_000)).not.toBe(silence);
    environment.skip(20_000);
    stream.generation(change(8));
    expect(await events.next()).toBe("generation gen_1 v8");
    expect(server.count).toBe(2);
  });

  it("may contain line and paragraph separators, which JSON leaves unescaped", async () => {
    const { events, stream } = await streaming();
    stream.generation({ ...change(8), input: { prompt: "one\u2028two\u2029three" } });
    expect(await events.event()).toMatchObject({ generation: { input: { prompt: "one\u2028two\u2029three" } } });
  });

  it("may arrive slowly: each byte restarts the timeout", async () => {
    const { environment, events } = await following();
    const stream = await streamOpened(7);
    stream.text("retry: 1000\n");
    await environment.timer(25_000);
    environment.skip(20_000);
    stream.begin(8, { changed: [change(8)] });
    expect(await events.next()).toBe("generation gen_1 v8");
    expect(server.count).toBe(2);
  });

  it.each([
    ["{", "is no JSON"],
    ['{"sequence":8', "is cut"],
  ])("are not skipped if a frame is damaged: %s %s", async (data) => {
    const { events, environment, stream } = await streaming();
    environment.skip(10_000);
    stream.text(`data: ${data}\n\n`);
    stream.generation(change(9));
    await environment.elapse(250);
    const again = await streamOpened(7);
    again.begin(9, { changed: [{ ...change(8), id: "gen_8" }, change(9)] });
    expect([await events.next(), await events.next()]).toEqual(["generation gen_8 v8", "generation gen_1 v9"]);
  });

  it.each([
    ["later", 9],
    ["earlier, as after a restored backup", 3],
  ])("continue from the snapshot of a first frame: %s", async (_, sequence) => {
    const { events, environment } = await following();
    const stream = await streamOpened(7);
    stream.snapshot(sequence);
    expect(await events.next()).toBe(`snapshot ${sequence} owner-a`);
    stream.generation(change(sequence + 1));
    expect(await events.next()).toBe(`generation gen_1 v${sequence + 1}`);
    environment.skip(60_000);
    stream.end();
    await environment.elapse(500);
    await streamRequested(sequence + 1);
  });

  it("continue from a snapshot in the middle of a stream, with its timeline", async () => {
    const { events, environment, stream } = await streaming();
    stream.generation(change(8));
    expect(await events.next()).toBe("generation gen_1 v8");
    stream.snapshot(8, { timeline: "timeline-b", generations: [change(2)] });
    expect(await events.event()).toMatchObject({ active: { sequence: 8, generations: [{ version: 2 }] } });
    stream.generation({ ...change(9), version: 3 });
    expect(await events.next()).toBe("generation gen_1 v3");
    environment.skip(60_000);
    stream.end();
    await environment.elapse(500);
    await streamRequested(9, { timeline: "timeline-b" });
  });

  it("start with a snapshot when another owner is signed in, and continue in another stream", async () => {
    const { events, environment } = await following();
    const stream = await streamOpened(7);
    stream.snapshot(12, { ownerTag: "owner-b" });
    expect(await events.next()).toBe("snapshot 12 owner-b");
    // Limits the requests to a server that takes turns between owners.
    await environment.elapse(250);
    const other = await streamOpened(12, { ownerTag: "owner-b" });
    await expect.poll(() => stream.isLeft).toBe(true);
    other.begin(13, { ownerTag: "owner-b", changed: [change(13)] });
    expect(await events.next()).toBe("generation gen_1 v13");
  });

  it("end with null for the balance, once, when no stream delivers it", async () => {
    const { events, environment, stream } = await streaming();
    stream.balance(96);
    expect(await events.next()).toBe("credits 96");
    environment.setHidden(true);
    await environment.elapse(250);
    (await polled(7)).answer(nothing());
    expect([await events.next(), await events.next()]).toEqual(["credits null", "connection paused"]);
    await environment.elapse(30_000);
    (await polled(7)).json(changes({ sequence: 8, changed: [change(8)] }));
    expect(await events.next()).toBe("generation gen_1 v8");
  });

  it.each(["unauthenticated", "forbidden"] as const)("reject with %s, and send no further request", async (code) => {
    const { events, environment } = await following();
    const end = events.next();
    (await streamRequested(7)).problem(code);
    await expect(end).rejects.toMatchObject({ code });
    expect(environment.leftovers).toEqual(nothingLeft);
    expect(server.count).toBe(2);
  });

  it("end without an error when the iteration is left, and leave nothing behind", async () => {
    const { events, environment, stream } = await streaming();
    const end = events.next();
    await events.leave();
    expect(await end).toBe("end");
    await expect.poll(() => stream.isLeft).toBe(true);
    expect(environment.leftovers).toEqual(nothingLeft);
  });
});
