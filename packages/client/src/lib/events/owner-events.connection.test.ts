import { describe, expect, it } from "vitest";
import { readEvents } from "../../../test/events.js";
import { active, changes, processing } from "../../../test/generations.js";
import { type ArrivedRequest, manualServer } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";

const server = manualServer();
const nothing = () => new Response(null, { status: 204 });
const change = (sequence: number) => changes({ sequence, changed: [processing({ sequence, version: sequence })] });
const heldPath = "/api/generations/active?after=1&wait=25";
const unheldPath = "/api/generations/active?after=1";

async function following() {
  const made = testClient();
  const events = readEvents(made.client);
  const hello = events.next();
  (await server.next()).json(active());
  expect(await hello).toBe("hello 1 owner-a");
  expect(await events.next()).toBe("connection live");
  return { ...made, events };
}

/** The next request, which must be this one. */
async function asked(path: string): Promise<ArrivedRequest> {
  const request = await server.next();
  expect(request.path).toBe(path);
  return request;
}

describe("events", () => {
  it("takes a single failure for a cut, and two in a row for a server that cannot be reached", async () => {
    const { events, environment } = await following();
    const offline = events.next();
    (await asked(heldPath)).cut();
    await environment.elapse(250);
    (await asked(unheldPath)).answer(new Response("", { status: 502 }));
    expect(await offline).toBe("connection offline");
    const live = events.next();
    await environment.elapse(500);
    (await asked(unheldPath)).answer(nothing());
    expect(await live).toBe("connection live");
    events.next();
    await asked(heldPath);
  });

  it("says offline before its first answer only when it cannot have one", async () => {
    const { client, environment } = testClient();
    const events = readEvents(client);
    const offline = events.next();
    (await server.next()).cut();
    await environment.elapse(250);
    (await server.next()).cut();
    expect(await offline).toBe("connection offline");
    const hello = events.next();
    await environment.elapse(500);
    (await server.next()).json(active());
    expect(await hello).toBe("hello 1 owner-a");
    expect(await events.next()).toBe("connection live");
  });

  it("waits as long as the server asks, whoever comes back meanwhile", async () => {
    const { events, environment } = await following();
    events.next();
    (await asked(heldPath)).problem("unavailable", {}, { "retry-after": "9" });
    await environment.timer(9_250);
    environment.setHidden(true);
    environment.setHidden(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.count).toBe(2);
    await environment.elapse(9_250);
    await asked(unheldPath);
  });

  it("lets go of the held question when the device goes offline, asks rarely, and at once when it is back", async () => {
    const { events, environment } = await following();
    const offline = events.next();
    await asked(heldPath);
    environment.chance = 0;
    environment.setOnline(false);
    expect(await offline).toBe("connection offline");
    const live = events.next();
    await environment.elapse(22_500);
    (await asked(unheldPath)).cut();
    await environment.timer(22_500);
    expect(server.count).toBe(3);
    environment.setOnline(true);
    (await asked(unheldPath)).answer(nothing());
    expect(await live).toBe("connection live");
  });

  it("believes an answer more than a device that calls itself offline", async () => {
    const { client, environment } = testClient();
    environment.setOnline(false);
    const events = readEvents(client);
    environment.chance = 0;
    const offline = events.next();
    (await server.next()).cut();
    expect(await offline).toBe("connection offline");
    const hello = events.next();
    await environment.elapse(22_500);
    (await server.next()).json(active());
    expect(await hello).toBe("hello 1 owner-a");
    expect(await events.next()).toBe("connection live");
    const changed = events.next();
    (await asked(heldPath)).json(change(2));
    expect(await changed).toBe("generation gen_1 v2");
  });

  it("tries again at once when somebody comes back to the page", async () => {
    const { events, environment } = await following();
    events.next();
    await asked(heldPath);
    environment.setHidden(true);
    await environment.timer(250);
    environment.setHidden(false);
    await asked(unheldPath);
  });

  it("holds no question and asks twice a minute while the page is hidden, and at once when it is shown", async () => {
    const { events, environment } = await following();
    const paused = events.next();
    await asked(heldPath);
    environment.setHidden(true);
    await environment.elapse(250);
    (await asked(unheldPath)).answer(nothing());
    expect(await paused).toBe("connection paused");
    const changed = events.next();
    await environment.elapse(30_000);
    (await asked(unheldPath)).json(change(2));
    expect(await changed).toBe("generation gen_1 v2");
    const live = events.next();
    await environment.timer(30_000);
    environment.setHidden(false);
    (await asked("/api/generations/active?after=2")).answer(nothing());
    expect(await live).toBe("connection live");
    events.next();
    await asked("/api/generations/active?after=2&wait=25");
  });

  it("holds no question of a page that was opened in the background", async () => {
    const { client, environment } = testClient();
    environment.setHidden(true);
    const events = readEvents(client, { after: { sequence: 1, ownerTag: "owner-a" } });
    expect(await events.next()).toBe("connection paused");
    events.next();
    (await asked(unheldPath)).answer(nothing());
    await environment.timer(30_000);
  });

  it("polls at the server's pace where questions are not held, and is live again when one is", async () => {
    const { events, environment } = await following();
    const polling = events.next();
    (await asked(heldPath)).answer(nothing());
    expect(await polling).toBe("connection polling");
    const live = events.next();
    await environment.elapse(4_000);
    (await asked(heldPath)).answer(nothing());
    await environment.elapse(4_000);
    const held = await asked(heldPath);
    environment.skip(25_000);
    held.answer(nothing());
    expect(await live).toBe("connection live");
    events.next();
    await asked(heldPath);
  });

  it("stays live behind a proxy that cuts each question that is held, however often", async () => {
    const { events, environment } = await following();
    const changed = events.next();
    for (let round = 0; round < 10; round += 1) {
      const held = await asked(heldPath);
      environment.skip(10_000);
      held.answer(new Response("", { status: 504 }));
      await environment.elapse(250);
      (await asked(unheldPath)).answer(nothing());
    }
    (await asked(heldPath)).json(change(2));
    expect(await changed).toBe("generation gen_1 v2");
  });

  it("pauses hardly at all after a cut, whatever went wrong before", async () => {
    const { client, environment } = testClient();
    const events = readEvents(client);
    const offline = events.next();
    (await server.next()).cut();
    await environment.elapse(250);
    (await server.next()).cut();
    expect(await offline).toBe("connection offline");
    const hello = events.next();
    for (const ms of [500, 1_000, 2_000]) {
      await environment.elapse(ms);
      (await server.next()).cut();
    }
    await environment.elapse(4_000);
    (await server.next()).json(active());
    expect(await hello).toBe("hello 1 owner-a");
    expect(await events.next()).toBe("connection live");
    events.next();
    for (let round = 0; round < 3; round += 1) {
      const held = await asked(heldPath);
      environment.skip(5_000);
      held.answer(new Response("", { status: 504 }));
      await environment.elapse(250);
      (await asked(unheldPath)).answer(nothing());
    }
  });

  it("polls behind what cuts held questions at once, without backing off", async () => {
    const { events, environment } = await following();
    const polling = events.next();
    (await asked(heldPath)).cut();
    await environment.elapse(250);
    (await asked(unheldPath)).answer(nothing());
    (await asked(heldPath)).cut();
    await environment.elapse(500);
    (await asked(unheldPath)).answer(nothing());
    expect(await polling).toBe("connection polling");
    const live = events.next();
    for (let round = 0; round < 5; round += 1) {
      await environment.elapse(4_000);
      (await asked(heldPath)).cut();
      await environment.elapse(250);
      (await asked(unheldPath)).answer(nothing());
    }
    await environment.elapse(4_000);
    const held = await asked(heldPath);
    environment.skip(25_000);
    held.answer(nothing());
    expect(await live).toBe("connection live");
  });

  it("backs off no further for a page that is hidden again and again", async () => {
    const { events, environment } = await following();
    const changed = events.next();
    for (let round = 0; round < 5; round += 1) {
      await asked(heldPath);
      environment.setHidden(true);
      await environment.timer(250);
      environment.setHidden(false);
      (await asked(unheldPath)).answer(nothing());
    }
    (await asked(heldPath)).json(change(2));
    expect(await changed).toBe("generation gen_1 v2");
  });

  it("says offline without waiting for the next poll", async () => {
    const { events, environment } = await following();
    const polling = events.next();
    (await asked(heldPath)).answer(nothing());
    expect(await polling).toBe("connection polling");
    const offline = events.next();
    await environment.timer(4_000);
    environment.setOnline(false);
    (await asked(heldPath)).cut();
    expect(await offline).toBe("connection offline");
  });

  it("does not hammer a server that says resync again and again", async () => {
    const { events, environment } = await following();
    const resync = events.next();
    (await asked(heldPath)).json(changes({ resync: true }));
    expect(await resync).toBe("resync");
    expect(await events.next()).toBe("hello 1 owner-a");
    expect(await events.next()).toBe("connection polling");
    events.next();
    await environment.elapse(4_000);
    await asked(heldPath);
  });

  it("polls no more than twice a second, whatever the server's pace", async () => {
    const { events, environment } = await following();
    const changed = events.next();
    (await asked(heldPath)).json(changes({ ...change(2), pollAfterMs: 1 }));
    expect(await changed).toBe("generation gen_1 v2");
    const polling = events.next();
    await environment.elapse(250);
    (await asked("/api/generations/active?after=2&wait=25")).answer(nothing());
    expect(await polling).toBe("connection polling");
    events.next();
    await environment.timer(500);
  });

  it("spreads pages that were opened together over half of the pace", async () => {
    const { events, environment } = await following();
    const polling = events.next();
    environment.chance = 0;
    (await asked(heldPath)).answer(nothing());
    expect(await polling).toBe("connection polling");
    events.next();
    await environment.elapse(3_000);
    environment.chance = 1;
    (await asked(heldPath)).answer(nothing());
    await environment.elapse(5_000);
    await asked(heldPath);
  });
});
