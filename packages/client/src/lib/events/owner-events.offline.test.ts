import { describe, expect, it } from "vitest";
import { readEvents } from "../../../test/events.js";
import { expectedRequests } from "../../../test/expected-requests.js";
import { processing } from "../../../test/generations.js";
import { manualServer } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";

const server = manualServer({ streams: true });
const change = (sequence: number) => processing({ sequence, version: sequence });

const { asked, streamAsked } = expectedRequests(server);

describe("events as a stream, on a device that goes offline", () => {
  it("let go of the stream, ask rarely, and come by another one from where they were, once it is back", async () => {
    const { client, environment } = testClient();
    const events = readEvents(client, { after: { sequence: 7, ownerTag: "owner-a" } });
    expect(await events.next()).toBe("connection live");
    const first = events.next();
    const stream = await streamAsked(7);
    stream.hello(8);
    stream.generation(change(8));
    expect([await first, await events.next()]).toEqual(["generation gen_1 v8", "connection live"]);

    const offline = events.next();
    await environment.timer(25_000);
    environment.setOnline(false);
    expect(await offline).toBe("connection offline");
    expect(stream.isLeft).toBe(true);
    const live = events.next();
    await environment.timer(30_000);
    expect(server.count).toBe(1);

    environment.setOnline(true);
    (await asked("/active?after=8")).answer(new Response(null, { status: 204 }));
    expect(await live).toBe("connection live");
    const missed = events.next();
    const again = await streamAsked(8);
    again.hello(9);
    again.generation(change(9));
    expect(await missed).toBe("generation gen_1 v9");
  });
});
