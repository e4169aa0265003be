import { describe, expect, it, vi } from "vitest";
import { readEvents } from "../../test/events.js";
import { active, changes, positionAt, processing } from "../../test/generations.js";
import { httpServer } from "../../test/http-server.js";
import { type ExpoVersion, expoFetch, stubReactNative } from "../../test/react-native.js";
import { testClient } from "../../test/test-client.js";
import type { ClientOptions } from "./call-options.js";
import { createClient } from "./create-client.js";

const credits = { balance: 16 };

/** A client on React Native, and its server. */
async function openApp(options: ClientOptions = {}) {
  const server = await httpServer();
  stubReactNative(server.origin);
  return { server, ...testClient({ baseUrl: server.origin, headers: { authorization: "Bearer 1" }, ...options }) };
}

/** How an app passes `fetch` of `expo/fetch`. */
const expoApps: readonly (readonly [string, NonNullable<ClientOptions["fetch"]>])[] = [
  ...[55, 58].map((version) => [`expo/fetch ${version}`, expoFetch(version as ExpoVersion)] as const),
  ...[54, 55, 58].map((version) => {
    const fetch = expoFetch(version as ExpoVersion);
    return [
      `expo/fetch ${version} with the URL`,
      (request: Request, init: RequestInit) => fetch(request.url, init),
    ] as const;
  }),
];

describe.each([["fetch of React Native", undefined] as const, ...expoApps])("createClient on %s", (_, fetch) => {
  it("sends method, headers and body", async () => {
    const { client, server } = await openApp({ fetch });
    const submitted = client.submit("flux", { prompt: "a lamp" }, { idempotencyKey: "key-1" });
    const request = await server.next();
    expect(request).toMatchObject({
      method: "POST",
      path: "",
      headers: { "content-type": "application/json", "idempotency-key": "key-1", authorization: "Bearer 1" },
      body: '{"model":"flux","input":{"prompt":"a lamp"}}',
    });
    request.json({ generation: processing(), credits });
    expect(await submitted).toEqual({ generation: processing(), credits });
  });

  it("aborts the request with the signal of the caller", async () => {
    const { client, server } = await openApp({ fetch });
    const controller = new AbortController();
    const got = client.get("gen_1", { signal: controller.signal });
    const { response } = await server.next();
    const closed = new Promise((resolve) => response.on("close", resolve));
    controller.abort();
    await expect(got).rejects.toBe(controller.signal.reason);
    await closed;
  });
});

const first = `retry: 1000\ndata: ${JSON.stringify(changes({ sequence: 7 }))}\n\n`;

describe("events on React Native", () => {
  it("arrive by long polls, without a request for a stream: its fetch resolves with the whole body only", async () => {
    const { client, server } = await openApp();
    const events = readEvents(client);
    const begun = events.next();
    (await server.next()).json(active({ sequence: 7 }));
    expect([await begun, await events.next()]).toEqual(["snapshot 7 owner-a", "connection live"]);
    const long = await server.next();
    expect(long.path).toBe("/active?after=7&owner=owner-a&timeline=timeline-a&wait=25");
    long.json(changes({ sequence: 8, changed: [processing({ sequence: 8, version: 2 })] }));
    expect(await events.next()).toBe("generation gen_1 v2");
  });

  it("arrive by long polls with a fetch of the app whose response has no body", async () => {
    const { environment, server } = await openApp();
    const fetch = async (request: Request, init: RequestInit) => {
      const response = await globalThis.fetch(request.url, init);
      expect(response.body).toBeUndefined();
      return response;
    };
    const app = createClient({ baseUrl: server.origin, fetch }, environment);
    const events = readEvents(app, { after: positionAt(7) });
    const live = events.next();
    const { response } = await server.next();
    response.writeHead(200, { "content-type": "text/event-stream" }).end(first);
    (await server.next()).json(changes({ sequence: 8, changed: [processing({ sequence: 8, version: 2 })] }));
    expect([await live, await events.next()]).toEqual(["generation gen_1 v2", "connection live"]);
    expect((await server.next()).path).toBe("/active?after=8&owner=owner-a&timeline=timeline-a&wait=25");
  });

  it.each(expoApps)("arrive by a stream with %s", async (_, fetch) => {
    const { client, server } = await openApp({ fetch });
    const events = readEvents(client, { after: positionAt(7) });
    const live = events.next();
    const stream = await server.next();
    expect(stream).toMatchObject({
      path: "/events?after=7&owner=owner-a&timeline=timeline-a",
      headers: { accept: "text/event-stream", authorization: "Bearer 1" },
    });
    stream.stream(first);
    expect(await live).toBe("connection live");
    const closed = new Promise((resolve) => stream.response.on("close", resolve));
    const frame = { sequence: 8, changed: [processing({ sequence: 8, version: 2 })], deleted: [] };
    stream.response.write(`data: ${JSON.stringify(frame)}\n\n`);
    expect(await events.next()).toBe("generation gen_1 v2");
    await events.leave();
    await closed;
  });

  it("arrive by a stream with the global fetch of Expo 58", async () => {
    const { client, server } = await openApp();
    vi.stubGlobal("fetch", expoFetch(58));
    const events = readEvents(client, { after: positionAt(7) });
    const live = events.next();
    (await server.next()).stream(first);
    expect(await live).toBe("connection live");
  });
});
