import { describe, expect, it } from "vitest";
import { readEvents } from "../../../test/events.js";
import { expectedRequests } from "../../../test/expected-requests.js";
import { changes, processing } from "../../../test/generations.js";
import { manualServer } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";

const server = manualServer();
const { asked } = expectedRequests(server);
const nothing = () => new Response(null, { status: 204 });

/** Follows an owner whose sequence is 1, on a server that was not reached twice. */
async function followingAfterTwoFailures() {
  const { client, environment } = testClient();
  const events = readEvents(client, { after: { sequence: 1, ownerTag: "owner-a" } });
  expect(await events.next()).toBe("connection live");
  const offline = events.next();
  (await asked("/active?after=1&wait=25")).cut();
  await environment.elapse(250);
  (await asked("/active?after=1")).cut();
  expect(await offline).toBe("connection offline");
  return { client, environment, events };
}

/** The same, where it was reached at the sixth try. */
async function followingAfterFiveFailures() {
  const { environment, events } = await followingAfterTwoFailures();
  const live = events.next();
  for (const ms of [500, 1_000, 2_000]) {
    await environment.elapse(ms);
    (await asked("/active?after=1")).cut();
  }
  await environment.elapse(4_000);
  (await asked("/active?after=1")).answer(nothing());
  expect(await live).toBe("connection live");
  const next = events.next();
  /** A question that is held for so long. */
  const held = async (ms: number): Promise<void> => {
    const question = await asked("/active?after=1&wait=25");
    environment.skip(ms);
    question.answer(nothing());
  };
  /** A question that fails at once. */
  const failed = async (): Promise<void> => (await asked("/active?after=1&wait=25")).cut();
  return { environment, held, failed, next };
}

describe("events, after failures", () => {
  it("are asked for as soon as the server has answered what the user did", async () => {
    const { client, environment, events } = await followingAfterTwoFailures();
    const live = events.next();
    await environment.timer(500);
    const seen = client.markSeen(["gen_1"]);
    (await asked("/seen")).json({ generations: [] });
    await seen;
    (await asked("/active?after=1")).answer(nothing());
    expect(await live).toBe("connection live");
  });

  it("pause as after a first one when half a minute went well in between", async () => {
    const { environment, held, failed } = await followingAfterFiveFailures();
    await held(25_000);
    await held(6_000);
    await failed();
    await environment.elapse(250);
    await asked("/active?after=1");
  });

  it("pause longer than after the last one when less than that went well", async () => {
    const { environment, held, failed } = await followingAfterFiveFailures();
    await held(24_000);
    await held(5_000);
    await failed();
    await environment.elapse(8_000);
    await asked("/active?after=1");
  });

  it("are offline at the first one that follows others, as the next question may be far", async () => {
    const { environment, held, failed, next } = await followingAfterFiveFailures();
    await held(6_000);
    await failed();
    expect(await next).toBe("connection offline");
    await environment.elapse(8_000);
    await asked("/active?after=1");
  });

  it("are not offline where the page itself lets go because it is hidden", async () => {
    const { environment, held, next } = await followingAfterFiveFailures();
    await held(6_000);
    await asked("/active?after=1&wait=25");
    environment.setHidden(true);
    expect(await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 20, "nothing"))])).toBe("nothing");
  });

  it("do not wait for a clock that was set back to come to where it was", async () => {
    const { client, environment } = testClient();
    const events = readEvents(client, { after: { sequence: 1, ownerTag: "owner-a" } });
    await events.next();
    const heard = events.next();
    const held = await asked("/active?after=1&wait=25");
    environment.skip(-3_600_000);
    held.json(changes({ sequence: 2, changed: [processing({ sequence: 2, version: 2 })] }));
    await heard;
    events.next();
    await asked("/active?after=2&wait=25");
  });
});
