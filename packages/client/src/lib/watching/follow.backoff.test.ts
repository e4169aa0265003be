import { describe, expect, it } from "vitest";
import { readEvents } from "../../../test/events.js";
import { expectedRequests, nothing } from "../../../test/expected-requests.js";
import { active, changes, positionAt, processing } from "../../../test/generations.js";
import { manualServer } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";

const server = manualServer();
const { asked, polled, longPolled } = expectedRequests(server);

/** Follows an owner whose sequence is 1, up to the first long poll. */
async function following() {
  const { client, environment } = testClient();
  const events = readEvents(client, { after: positionAt(1) });
  const live = events.next();
  (await polled(1)).answer(nothing());
  expect(await live).toBe("connection live");
  return { client, environment, events };
}

/** The same, after two failures in a row. */
async function afterTwoFailures() {
  const made = await following();
  (await longPolled(1)).cut();
  await made.environment.elapse(250);
  (await polled(1)).cut();
  expect(await made.events.next()).toBe("connection offline");
  return made;
}

/** The same, after five failures in a row and a response. */
async function afterFiveFailures() {
  const { environment, events } = await afterTwoFailures();
  for (const ms of [500, 1_000, 2_000]) {
    await environment.elapse(ms);
    (await polled(1)).cut();
  }
  await environment.elapse(4_000);
  (await polled(1)).answer(nothing());
  expect(await events.next()).toBe("connection live");
  /** A long poll that is held for this time. */
  const held = async (ms: number): Promise<void> => {
    const long = await longPolled(1);
    environment.skip(ms);
    long.answer(nothing());
  };
  /** A long poll that fails at once. */
  const failed = async (): Promise<void> => (await longPolled(1)).cut();
  return { environment, events, held, failed };
}

describe("events after failures", () => {
  it("wait half a minute after a Retry-After of an hour, and retry at once when the page is shown", async () => {
    const { environment } = await following();
    const maintenance = { "retry-after": "3600" };
    (await longPolled(1)).problem("unavailable", {}, maintenance);
    await environment.elapse(30_250);
    (await polled(1)).problem("unavailable", {}, maintenance);
    await environment.timer(30_500);
    environment.setHidden(true);
    environment.setHidden(false);
    await polled(1);
  });

  it("end their backoff when the server has responded to a command", async () => {
    const { client, environment, events } = await afterTwoFailures();
    await environment.timer(500);
    const seen = client.markSeen(["gen_1"]);
    (await asked("/seen")).json({});
    await seen;
    (await polled(1)).answer(nothing());
    expect(await events.next()).toBe("connection live");
  });

  it("back off as after a first failure if half a minute went well", async () => {
    const { environment, held, failed } = await afterFiveFailures();
    await held(25_000);
    await held(6_000);
    await failed();
    await environment.elapse(250);
    await polled(1);
  });

  it("back off further if less than half a minute went well", async () => {
    const { environment, held, failed } = await afterFiveFailures();
    await held(24_000);
    await held(5_000);
    await failed();
    await environment.elapse(8_000);
    await polled(1);
  });

  it("are offline at the first failure soon after others, since the next request may be far", async () => {
    const { environment, events, held, failed } = await afterFiveFailures();
    await held(6_000);
    await failed();
    expect(await events.next()).toBe("connection offline");
    await environment.elapse(8_000);
    await polled(1);
  });

  it("back off as after a first failure if only held requests were cut before", async () => {
    const { environment, events } = await following();
    for (let round = 0; round < 3; round += 1) {
      const long = await longPolled(1);
      environment.skip(5_000);
      long.cut();
      await environment.elapse(250);
      (await polled(1)).answer(nothing());
    }
    (await longPolled(1)).cut();
    await environment.elapse(250);
    (await polled(1)).json(changes({ sequence: 2, changed: [processing({ sequence: 2, version: 2 })] }));
    expect(await events.next()).toBe("generation gen_1 v2");
  });

  it("back off if a proxy responds without content to the first request", async () => {
    const { client, environment } = testClient();
    const events = readEvents(client);
    const first = events.next();
    (await asked("/active")).answer(nothing());
    const request = asked("/active");
    const pause = environment.timer(250).then(() => "pause");
    expect(await Promise.race([pause, request])).toBe("pause");
    await environment.elapse(250);
    (await request).json(active());
    expect(await first).toBe("snapshot 1 owner-a");
  });

  it("back off further, with one request at a time, while each plain request times out", async () => {
    const { environment } = await following();
    (await longPolled(1)).cut();
    await environment.elapse(250);
    for (const ms of [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      await polled(1);
      const { count } = server;
      await environment.elapse(30_000);
      await environment.timer(ms);
      expect(server.count).toBe(count);
      await environment.elapse(ms);
    }
    await polled(1);
    expect(environment.leftovers.timers).toEqual([30_000]);
  });

  it("are not offline if the page itself aborts a request because it is hidden", async () => {
    const { environment, events, held } = await afterFiveFailures();
    await held(6_000);
    await longPolled(1);
    environment.setHidden(true);
    await environment.elapse(250);
    (await polled(1)).answer(nothing());
    expect(await events.next()).toBe("connection paused");
  });

  it.each([-3_600_000, 3_600_000])("do not depend on the device's clock, which is set back by %d ms", async (ms) => {
    const { environment, events } = await following();
    const long = await longPolled(1);
    environment.setBack(ms);
    long.json(changes({ sequence: 2, changed: [processing({ sequence: 2, version: 2 })] }));
    expect(await events.next()).toBe("generation gen_1 v2");
    await environment.elapse(250);
    const again = await longPolled(2);
    environment.skip(25_000);
    environment.setBack(ms);
    again.answer(nothing());
    (await longPolled(2)).json(changes({ sequence: 3, changed: [processing({ sequence: 3, version: 3 })] }));
    // No connection event is between the two.
    expect(await events.next()).toBe("generation gen_1 v3");
  });
});
