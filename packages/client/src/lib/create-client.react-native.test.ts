import { describe, expect, it } from "vitest";
import { processing } from "../../test/generations.js";
import { httpServer } from "../../test/http-server.js";
import { type ExpoVersion, expoFetch, stubReactNative } from "../../test/react-native.js";
import { testClient } from "../../test/test-client.js";
import type { ClientOptions } from "./client.js";

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
