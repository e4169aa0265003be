import { describe, expect, it } from "vitest";
import { readEvents } from "../../../test/events.js";
import { expectedRequests, nothing } from "../../../test/expected-requests.js";
import { changes, positionAt, processing } from "../../../test/generations.js";
import { manualServer, problemResponse } from "../../../test/manual-server.js";
import { streamingClient } from "../../../test/streaming-client.js";
import { testClient } from "../../../test/test-client.js";

const server = manualServer({ streams: true });
const change = (sequence: number) => processing({ sequence, version: sequence });
const requests = expectedRequests(server);
const { polled, longPolled, streamRequested, streamOpened } = requests;
const { following, streaming } = streamingClient(requests);

describe("the stream of events", () => {
  it.each([
    ["a server without streams", () => problemResponse("not_found")],
    ["a server without the method", () => new Response("", { status: 405 })],
    ["a page in its place", () => new Response("<html>", { headers: { "content-type": "text/html" } })],
    ["a page that may not read it", () => problemResponse("origin_not_allowed")],
  ])("is replaced at once by long polls for minutes, behind %s", async (_, response) => {
    const { events, environment } = await following();
    (await streamRequested(7)).answer(response());
    const long = await longPolled(7);
    environment.skip(290_000);
    long.json(changes({ sequence: 8, changed: [change(8)] }));
    expect(await events.next()).toBe("generation gen_1 v8");
    const again = await longPolled(8);
    environment.skip(25_000);
    again.answer(nothing());
    await streamRequested(8);
  });

  it("is blocked when no frame arrives within 5 seconds, twice in a row", async () => {
    const { events, environment } = await following();
    await streamOpened(7);
    await environment.elapse(5_000);
    await environment.elapse(250);
    (await polled(7)).answer(nothing());
    await streamOpened(7);
    await environment.elapse(5_000);
    (await longPolled(7)).json(changes({ sequence: 8, changed: [change(8)] }));
    expect(await events.next()).toBe("generation gen_1 v8");
  });

  it("is blocked when it is cut at once, twice in a row", async () => {
    const { environment } = await following();
    for (let round = 0; round < 2; round += 1) {
      const stream = await streamOpened(7);
      stream.begin(7);
      await environment.timer(25_000);
      stream.cut();
      if (round === 0) await environment.elapse(250);
    }
    await longPolled(7);
  });

  it("is blocked for all calls of the client", async () => {
    const { client } = testClient();
    const first = readEvents(client, { after: positionAt(7) });
    const live = first.next();
    (await streamRequested(7)).answer(new Response("<h1>no</h1>"));
    (await polled(7)).answer(nothing());
    await live;
    const long = await longPolled(7);
    await first.leave();
    long.answer(nothing());
    const second = readEvents(client, { after: positionAt(7) });
    const next = second.next();
    (await polled(7)).json(changes({ sequence: 8, changed: [change(8)] }));
    expect(await next).toBe("generation gen_1 v8");
  });

  it("is not requested for as long as the server requests, while long polls continue", async () => {
    const { environment } = await following();
    (await streamRequested(7)).problem("unavailable", {}, { "retry-after": "30" });
    for (let round = 0; round < 2; round += 1) {
      const long = await longPolled(7);
      environment.skip(25_000);
      long.answer(nothing());
    }
    await streamRequested(7);
  });

  it("and a request that fail make the connection offline", async () => {
    const { events, environment } = await following();
    (await streamRequested(7)).cut();
    await environment.elapse(250);
    (await polled(7)).cut();
    expect(await events.next()).toBe("connection offline");
    await environment.elapse(500);
    (await polled(7)).answer(nothing());
    expect(await events.next()).toBe("connection live");
    await streamRequested(7);
  });

  it("is not offline while its first frame is slow: the page is connecting", async () => {
    const { client, environment } = testClient();
    const events = readEvents(client, { after: positionAt(7) });
    const first = events.event();
    await streamOpened(7);
    await environment.elapse(5_000);
    await environment.elapse(250);
    const request = await polled(7);
    environment.skip(20_000);
    request.answer(nothing());
    expect(await first).toEqual({ type: "connection", state: "live", isCurrent: true });
  });

  it("makes the page live at once where it is refused", async () => {
    const { client } = testClient();
    const events = readEvents(client, { after: positionAt(7) });
    const first = events.event();
    (await streamRequested(7)).problem("not_found");
    // A long poll would be held while the page is connecting.
    (await polled(7)).answer(nothing());
    expect(await first).toEqual({ type: "connection", state: "live", isCurrent: true });
    await longPolled(7);
  });

  it("is aborted by a hidden page, and requested again when the page is shown", async () => {
    const { events, environment, stream } = await streaming();
    environment.setHidden(true);
    await environment.elapse(250);
    (await polled(7)).answer(nothing());
    expect(await events.next()).toBe("connection paused");
    await expect.poll(() => stream.isLeft).toBe(true);
    await environment.timer(30_000);
    environment.setHidden(false);
    (await polled(7)).answer(nothing());
    expect(await events.next()).toBe("connection live");
    await streamRequested(7);
  });

  it("is aborted by a device that goes offline, and requested again when it is online", async () => {
    const { events, environment } = await following();
    const stream = await streamOpened(7);
    stream.begin(8, { changed: [change(8)] });
    expect(await events.next()).toBe("generation gen_1 v8");
    environment.setOnline(false);
    expect(await events.next()).toBe("connection offline");
    await expect.poll(() => stream.isLeft).toBe(true);
    await environment.timer(30_000);
    expect(server.count).toBe(2);
    environment.setOnline(true);
    (await polled(8)).answer(nothing());
    expect(await events.next()).toBe("connection live");
    const again = await streamOpened(8);
    again.begin(9, { changed: [change(9)] });
    expect(await events.next()).toBe("generation gen_1 v9");
  });

  it("is as long as the monotonic clock says, whatever the device's clock is set to", async () => {
    const { environment } = await following();
    for (const ms of [3_600_000, -3_600_000, 3_600_000]) {
      const stream = await streamOpened(7);
      stream.begin(7);
      await environment.timer(25_000);
      environment.skip(60_000);
      environment.setBack(ms);
      stream.end();
      await environment.elapse(500);
    }
    await streamRequested(7);
  });
});
