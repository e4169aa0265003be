import { describe, expect, it } from "vitest";
import type { TestStream } from "../../../test/event-stream.js";
import { readEvents } from "../../../test/events.js";
import { expectedRequests } from "../../../test/expected-requests.js";
import { nothingLeft } from "../../../test/fake-environment.js";
import { active, changes, completed, processing } from "../../../test/generations.js";
import { manualServer, origin, problemResponse } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";

const server = manualServer({ streams: true });
const change = (sequence: number) => processing({ sequence, version: sequence });

const { asked, streamAsked } = expectedRequests(server);

/** Follows an owner whose sequence is 7, up to the question for the stream. */
async function following() {
  const made = testClient();
  const events = readEvents(made.client);
  const hello = events.next();
  (await asked("/active")).json(active({ sequence: 7 }));
  expect(await hello).toBe("hello 7 owner-a");
  expect(await events.next()).toBe("connection live");
  return { ...made, events };
}

describe("events as a stream", () => {
  it("brings what changes, what is deleted and what the account holds, as it comes, each once", async () => {
    const { events } = await following();
    const first = events.event();
    const stream = await streamAsked(7);
    stream.hello(7);
    stream.text('event: credits\ndata: {"balance":96}\n\nevent: later\ndata: {}\n\n');
    expect(await first).toEqual({ type: "credits", balance: 96 });
    stream.generation(change(7));
    stream.generation(change(8));
    expect(await events.next()).toBe("generation gen_1 v8");
    stream.text('id: 9\nevent: deleted\ndata: {"id":"gen_1","sequence":9}\n\n');
    stream.generation(change(9));
    stream.generation(change(10));
    expect([await events.next(), await events.next()]).toEqual(["deleted gen_1", "generation gen_1 v10"]);
    expect(server.count).toBe(2);
  });

  it("puts the server's origin before relative URLs", async () => {
    const { events } = await following();
    const first = events.event();
    const stream = await streamAsked(7);
    stream.hello(7);
    stream.generation(completed({ sequence: 8, url: "/picture" }));
    expect(await first).toMatchObject({ generation: { outputs: [{ url: `${origin}/picture` }] } });
  });

  it("is current when all that was missed is told", async () => {
    const { client } = testClient();
    const events = readEvents(client, { after: { sequence: 5, ownerTag: "owner-a" } });
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: false });
    const missed = events.next();
    const stream = await streamAsked(5);
    stream.hello(7);
    stream.generation(change(6));
    stream.generation(change(7));
    expect([await missed, await events.next()]).toEqual(["generation gen_1 v6", "generation gen_1 v7"]);
    expect(await events.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
  });

  it("goes on from where a stream was cut, also in the middle of an event", async () => {
    const { events, environment } = await following();
    const first = events.next();
    const stream = await streamAsked(7);
    stream.hello(7);
    stream.generation(change(8));
    expect(await first).toBe("generation gen_1 v8");
    const second = events.next();
    stream.text(`event: generation\nid: 9\ndata: ${JSON.stringify(change(9))}\n`);
    environment.skip(10_000);
    stream.cut();
    await environment.elapse(250);
    const again = await streamAsked(8);
    again.hello(9);
    again.generation(change(9));
    expect(await second).toBe("generation gen_1 v9");
  });

  it.each([
    ["no JSON", "{"],
    ["without its sequence", "{}"],
  ])("passes over no change that is garbled: %s", async (_what, data) => {
    const { events, environment } = await following();
    const first = events.next();
    const stream = await streamAsked(7);
    stream.hello(7);
    await environment.timer(25_000);
    environment.skip(10_000);
    stream.text(`event: generation\nid: 8\ndata: ${data}\n\n`);
    stream.generation(change(9));
    await environment.elapse(250);
    const again = await streamAsked(7);
    again.hello(9);
    again.generation(change(8));
    expect(await first).toBe("generation gen_1 v8");
  });

  it("is asked for again at once when the server ends it after minutes", async () => {
    const { events, environment } = await following();
    events.next();
    for (let round = 0; round < 3; round += 1) {
      const stream = await streamAsked(7);
      stream.hello(7);
      await environment.timer(25_000);
      environment.skip(60_000);
      stream.end();
    }
    await asked("/events?after=7");
  });

  it("is taken for dead when it says nothing for 25 seconds", async () => {
    const { events, environment } = await following();
    events.next();
    (await streamAsked(7)).hello(7);
    await environment.elapse(25_000);
    await environment.elapse(250);
    await asked("/events?after=7");
  });

  it.each([
    ["a server that is older", () => problemResponse("not_found")],
    ["a server without the method", () => new Response("", { status: 405 })],
    ["a page", () => new Response("<html>", { headers: { "content-type": "text/html" } })],
    ["what refuses streams of foreign pages", () => problemResponse("origin_not_allowed")],
  ])("is not asked for again for minutes behind %s, and the held question carries on at once", async (_, answer) => {
    const { events, environment } = await following();
    const told = events.next();
    (await asked("/events?after=7")).answer(answer());
    const held = await asked("/active?after=7&wait=25");
    environment.skip(290_000);
    held.json(changes({ sequence: 8, changed: [change(8)] }));
    expect(await told).toBe("generation gen_1 v8");
    events.next();
    const again = await asked("/active?after=8&wait=25");
    environment.skip(25_000);
    again.answer(new Response(null, { status: 204 }));
    await asked("/events?after=8");
  });

  it("is blocked when nothing comes within 5 seconds, twice in a row", async () => {
    const { events, environment } = await following();
    const told = events.next();
    await streamAsked(7);
    await environment.elapse(5_000);
    await environment.elapse(250);
    (await asked("/active?after=7")).answer(new Response(null, { status: 204 }));
    await streamAsked(7);
    await environment.elapse(5_000);
    (await asked("/active?after=7&wait=25")).json(changes({ sequence: 8, changed: [change(8)] }));
    expect(await told).toBe("generation gen_1 v8");
  });

  it("is blocked when it is cut at once, twice in a row", async () => {
    const { events, environment } = await following();
    events.next();
    for (let round = 0; round < 2; round += 1) {
      const stream = await streamAsked(7);
      stream.hello(7);
      await environment.timer(25_000);
      stream.cut();
      if (round === 0) await environment.elapse(250);
    }
    await asked("/active?after=7&wait=25");
  });

  it("leaves the place to others for as long as the server asks, and goes on with held questions", async () => {
    const { events, environment } = await following();
    events.next();
    (await asked("/events?after=7")).problem("unavailable", {}, { "retry-after": "30" });
    for (const path of ["/active?after=7&wait=25", "/active?after=7&wait=25"]) {
      const held = await asked(path);
      environment.skip(25_000);
      held.answer(new Response(null, { status: 204 }));
    }
    await asked("/events?after=7");
  });

  it("says offline when neither stream nor question is answered", async () => {
    const { events, environment } = await following();
    const offline = events.next();
    (await asked("/events?after=7")).cut();
    await environment.elapse(250);
    (await asked("/active?after=7")).cut();
    expect(await offline).toBe("connection offline");
    const live = events.next();
    await environment.elapse(500);
    (await asked("/active?after=7")).answer(new Response(null, { status: 204 }));
    expect(await live).toBe("connection live");
    events.next();
    await asked("/events?after=7");
  });

  it.each([
    ["it cannot be gone on from", (stream: TestStream) => stream.text('event: resync\ndata: {"sequence":3}\n\n'), 7],
    ["the sequence went back", (stream: TestStream) => stream.generation(change(8)), 3],
  ])("begins anew when %s", async (_, tell, sequence) => {
    const { events } = await following();
    const resync = events.next();
    const stream = await streamAsked(7);
    stream.hello(sequence);
    tell(stream);
    // Not after what it knew: the sequence may have passed that since.
    (await asked("/active")).json(active({ sequence: 9 }));
    expect([await resync, await events.next()]).toEqual(["resync", "hello 9 owner-a"]);
    events.next();
    await asked("/events?after=9");
  });

  it("begins anew when another owner is signed in", async () => {
    const { events, environment } = await following();
    const hello = events.next();
    (await streamAsked(7)).hello(12, "owner-b");
    (await asked("/active")).json(active({ sequence: 12, ownerTag: "owner-b" }));
    expect(await hello).toBe("hello 12 owner-b");
    events.next();
    // Not at once: a server that takes turns between owners is not to be hammered.
    await environment.elapse(250);
    await asked("/events?after=12");
  });

  it("does not hammer a server that says resync again and again", async () => {
    const { events } = await following();
    for (let round = 0; round < 2; round += 1) {
      const resync = events.next();
      const stream = await streamAsked(7);
      stream.hello(7);
      stream.text('event: resync\ndata: {"sequence":7}\n\n');
      (await asked("/active")).json(active({ sequence: 7 }));
      expect([await resync, await events.next()]).toEqual(["resync", "hello 7 owner-a"]);
    }
    events.next();
    await asked("/active?after=7&wait=25");
  });

  it("says that the account has to be asked for, once, where it does not come by a stream any more", async () => {
    const { events, environment } = await following();
    const told = events.next();
    const stream = await streamAsked(7);
    stream.hello(7);
    stream.text('event: credits\ndata: {"balance":96}\n\n');
    expect(await told).toBe("credits 96");
    const untold = events.next();
    await environment.timer(25_000);
    environment.setHidden(true);
    await environment.elapse(250);
    expect(await untold).toBe("credits null");
    const paused = events.next();
    (await asked("/active?after=7")).answer(new Response(null, { status: 204 }));
    expect(await paused).toBe("connection paused");
    events.next();
    await environment.elapse(30_000);
    (await asked("/active?after=7")).answer(new Response(null, { status: 204 }));
  });

  it("is let go of by a hidden page, which asks twice a minute, and comes back with it", async () => {
    const { events, environment } = await following();
    const paused = events.next();
    (await streamAsked(7)).hello(7);
    await environment.timer(25_000);
    environment.setHidden(true);
    await environment.elapse(250);
    (await asked("/active?after=7")).answer(new Response(null, { status: 204 }));
    expect(await paused).toBe("connection paused");
    const live = events.next();
    await environment.timer(30_000);
    environment.setHidden(false);
    (await asked("/active?after=7")).answer(new Response(null, { status: 204 }));
    expect(await live).toBe("connection live");
    events.next();
    await asked("/events?after=7");
  });

  it.each(["unauthenticated", "forbidden"] as const)("ends with %s, and asks no more", async (code) => {
    const { events, environment } = await following();
    const end = events.next();
    (await asked("/events?after=7")).problem(code);
    await expect(end).rejects.toMatchObject({ code });
    expect(environment.leftovers).toEqual(nothingLeft);
    expect(server.count).toBe(2);
  });

  it("ends quietly when the iteration is left, and keeps nothing", async () => {
    const { events, environment } = await following();
    const end = events.next();
    (await streamAsked(7)).hello(7);
    await environment.timer(25_000);
    await events.leave();
    expect(await end).toBe("end");
    expect(environment.leftovers).toEqual(nothingLeft);
  });
});
