import { describe, expect, it } from "vitest";
import { readEvents } from "../../../test/events.js";
import { expectedRequests, nothing } from "../../../test/expected-requests.js";
import { active, changes, positionAt, processing, snapshot } from "../../../test/generations.js";
import { manualServer } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";

const server = manualServer();
const { asked, polled, longPolled } = expectedRequests(server);
const change = (sequence: number) => changes({ sequence, changed: [processing({ sequence, version: sequence })] });

/** Follows an owner whose sequence is 1, up to the first long poll. */
async function following() {
  const made = testClient();
  const events = readEvents(made.client);
  const first = events.next();
  (await asked("/active")).json(active());
  expect([await first, await events.next()]).toEqual(["snapshot 1 owner-a", "connection live"]);
  return { ...made, events };
}

describe("the connection of events without streams", () => {
  it("is live after one failure, and offline after two in a row", async () => {
    const { events, environment } = await following();
    (await longPolled(1)).cut();
    await environment.elapse(250);
    (await polled(1)).answer(new Response("", { status: 502 }));
    expect(await events.next()).toBe("connection offline");
    await environment.elapse(500);
    (await polled(1)).answer(nothing());
    expect(await events.next()).toBe("connection live");
    await longPolled(1);
  });

  it("is not reported before the first response, except as offline after two failures", async () => {
    const { client, environment } = testClient();
    const events = readEvents(client);
    const offline = events.next();
    (await asked("/active")).cut();
    await environment.elapse(250);
    (await asked("/active")).cut();
    expect(await offline).toBe("connection offline");
    await environment.elapse(500);
    (await asked("/active")).json(active());
    expect([await events.next(), await events.next()]).toEqual(["snapshot 1 owner-a", "connection live"]);
  });

  it("is not offline while the first response is slow", async () => {
    const { client, environment } = testClient();
    const events = readEvents(client, { after: positionAt(1) });
    const first = events.event();
    const request = await polled(1);
    environment.skip(29_000);
    request.answer(nothing());
    expect(await first).toEqual({ type: "connection", state: "live", isCurrent: true });
  });

  it("becomes live by a plain request: a long poll could be held while the page is connecting", async () => {
    const { client } = testClient();
    const events = readEvents(client, { after: positionAt(1) });
    const first = events.event();
    (await polled(1)).answer(nothing());
    expect(await first).toEqual({ type: "connection", state: "live", isCurrent: true });
    await longPolled(1);
    const second = readEvents(client, { after: positionAt(1) });
    expect(await second.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
  });

  it("waits as long as the server requests, even if the page is shown or the device comes online", async () => {
    const { environment } = await following();
    (await longPolled(1)).problem("unavailable", {}, { "retry-after": "9" });
    await environment.timer(9_250);
    environment.setHidden(true);
    environment.setHidden(false);
    environment.setOnline(false);
    environment.setOnline(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.count).toBe(2);
    await environment.elapse(9_250);
    await polled(1);
  });

  it("waits as long as the server requests, also after two refused long polls", async () => {
    const { environment } = await following();
    const refused = async () => (await longPolled(1)).problem("unavailable", {}, { "retry-after": "9" });
    await refused();
    await environment.elapse(9_250);
    (await polled(1)).answer(nothing());
    await refused();
    await environment.elapse(9_000);
    await longPolled(1);
  });

  it("is offline with the device, whose requests are rare until it is online", async () => {
    const { events, environment } = await following();
    await longPolled(1);
    environment.chance = 0;
    environment.setOnline(false);
    expect(await events.next()).toBe("connection offline");
    await environment.elapse(22_500);
    (await polled(1)).cut();
    await environment.timer(22_500);
    expect(server.count).toBe(3);
    environment.setOnline(true);
    (await polled(1)).answer(nothing());
    expect(await events.next()).toBe("connection live");
  });

  it("is live if the server responds to a device that reports being offline", async () => {
    const { client, environment } = testClient();
    environment.setOnline(false);
    environment.chance = 0;
    const events = readEvents(client);
    const offline = events.next();
    (await asked("/active")).cut();
    expect(await offline).toBe("connection offline");
    await environment.elapse(22_500);
    (await asked("/active")).json(active());
    expect([await events.next(), await events.next()]).toEqual(["snapshot 1 owner-a", "connection live"]);
    (await longPolled(1)).json(change(2));
    expect(await events.next()).toBe("generation gen_1 v2");
  });

  it("is retried at once when the page is shown", async () => {
    const { environment } = await following();
    await longPolled(1);
    environment.setHidden(true);
    await environment.timer(250);
    environment.setHidden(false);
    await polled(1);
  });

  it("is paused while the page is hidden: two plain requests a minute, and one at once when it is shown", async () => {
    const { events, environment } = await following();
    await longPolled(1);
    environment.setHidden(true);
    await environment.elapse(250);
    (await polled(1)).answer(nothing());
    expect(await events.next()).toBe("connection paused");
    await environment.elapse(30_000);
    (await polled(1)).json(change(2));
    expect(await events.next()).toBe("generation gen_1 v2");
    await environment.timer(30_000);
    environment.setHidden(false);
    (await polled(2)).answer(nothing());
    expect(await events.next()).toBe("connection live");
    await longPolled(2);
  });

  it("is paused on a page that was opened in the background", async () => {
    const { client, environment } = testClient();
    environment.setHidden(true);
    const events = readEvents(client, { after: positionAt(1) });
    const paused = events.next();
    (await polled(1)).answer(nothing());
    expect(await paused).toBe("connection paused");
    await environment.timer(30_000);
  });

  it("is polling at the server's pace if long polls are not held, and live again when one is", async () => {
    const { events, environment } = await following();
    (await longPolled(1)).answer(nothing());
    expect(await events.next()).toBe("connection polling");
    await environment.elapse(4_000);
    (await longPolled(1)).answer(nothing());
    await environment.elapse(4_000);
    const long = await longPolled(1);
    environment.skip(25_000);
    long.answer(nothing());
    expect(await events.next()).toBe("connection live");
    await longPolled(1);
  });

  it("stays live behind a proxy that cuts each held request, however often", async () => {
    const { events, environment } = await following();
    for (let round = 0; round < 10; round += 1) {
      const long = await longPolled(1);
      environment.skip(10_000);
      long.answer(new Response("", { status: 504 }));
      await environment.elapse(250);
      (await polled(1)).answer(nothing());
    }
    (await longPolled(1)).json(change(2));
    expect(await events.next()).toBe("generation gen_1 v2");
  });

  it("has the first delay after a cut, whatever failed before", async () => {
    const { client, environment } = testClient();
    const events = readEvents(client);
    const offline = events.next();
    (await asked("/active")).cut();
    for (const ms of [250, 500, 1_000, 2_000]) {
      await environment.elapse(ms);
      (await asked("/active")).cut();
    }
    expect(await offline).toBe("connection offline");
    await environment.elapse(4_000);
    (await asked("/active")).json(active());
    expect([await events.next(), await events.next()]).toEqual(["snapshot 1 owner-a", "connection live"]);
    for (let round = 0; round < 3; round += 1) {
      const long = await longPolled(1);
      environment.skip(5_000);
      long.answer(new Response("", { status: 504 }));
      await environment.elapse(250);
      (await polled(1)).answer(nothing());
    }
  });

  it("is polling without a backoff if something cuts held requests at once", async () => {
    const { events, environment } = await following();
    (await longPolled(1)).cut();
    await environment.elapse(250);
    (await polled(1)).answer(nothing());
    (await longPolled(1)).cut();
    (await polled(1)).answer(nothing());
    expect(await events.next()).toBe("connection polling");
    for (let round = 0; round < 5; round += 1) {
      await environment.elapse(4_000);
      (await polled(1)).answer(nothing());
    }
    await environment.elapse(4_000);
    (await polled(1)).json(change(2));
    expect(await events.next()).toBe("generation gen_1 v2");
  });

  it("tries streams and long polls again after five minutes of polling", async () => {
    const { events, environment } = await following();
    (await longPolled(1)).cut();
    await environment.elapse(250);
    (await polled(1)).answer(nothing());
    (await longPolled(1)).cut();
    (await polled(1)).answer(nothing());
    expect(await events.next()).toBe("connection polling");
    environment.skip(300_000);
    await environment.elapse(4_000);
    const long = await longPolled(1);
    environment.skip(25_000);
    long.answer(nothing());
    expect(await events.next()).toBe("connection live");
  });

  it("has no longer backoff for a page that is hidden again and again", async () => {
    const { events, environment } = await following();
    for (let round = 0; round < 5; round += 1) {
      await longPolled(1);
      environment.setHidden(true);
      await environment.timer(250);
      environment.setHidden(false);
      (await polled(1)).answer(nothing());
    }
    (await longPolled(1)).json(change(2));
    expect(await events.next()).toBe("generation gen_1 v2");
  });

  it("is offline without waiting for the next poll", async () => {
    const { events, environment } = await following();
    (await longPolled(1)).answer(nothing());
    expect(await events.next()).toBe("connection polling");
    await environment.timer(4_000);
    environment.setOnline(false);
    (await longPolled(1)).cut();
    expect(await events.next()).toBe("connection offline");
  });

  it("polls at most twice a second, whatever the server's pace", async () => {
    const { events, environment } = await following();
    (await longPolled(1)).json({ ...change(2), pollAfterMs: 1 });
    expect(await events.next()).toBe("generation gen_1 v2");
    await environment.elapse(250);
    (await longPolled(2)).answer(nothing());
    expect(await events.next()).toBe("connection polling");
    await environment.timer(500);
  });

  it("polls with a jitter of half the pace, so that pages that were opened together do not poll together", async () => {
    const { events, environment } = await following();
    environment.chance = 0;
    (await longPolled(1)).answer(nothing());
    expect(await events.next()).toBe("connection polling");
    await environment.elapse(3_000);
    environment.chance = 1;
    (await longPolled(1)).answer(nothing());
    await environment.elapse(5_000);
    await longPolled(1);
  });

  it("is not offline after a snapshot of another timeline", async () => {
    const { events } = await following();
    (await longPolled(1)).json(snapshot({ timeline: "timeline-b" }));
    expect(await events.next()).toBe("snapshot 1 owner-a");
  });
});
