import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { nothingLeft } from "../../test/fake-environment.js";
import { processing } from "../../test/generations.js";
import { manualServer, origin } from "../../test/manual-server.js";
import { testClient } from "../../test/test-client.js";
import { createTransport } from "./requests/transport.js";

const server = manualServer();

describe("createClient", () => {
  it("rejects with the signal's reason, and leaves no timers or listeners", async () => {
    const { client, environment } = testClient();
    const controller = new AbortController();
    const got = client.get("gen_1", { signal: controller.signal });
    const request = await server.next();
    const reason = new Error("the page was left");
    controller.abort(reason);
    await expect(got).rejects.toBe(reason);
    expect(environment.leftovers).toEqual(nothingLeft);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    request.json({ generation: processing() });
  });

  it("sends nothing under an aborted signal", async () => {
    const { client, environment } = testClient();
    const signal = AbortSignal.abort();
    await expect(client.submit("flux", {}, { signal })).rejects.toBe(signal.reason);
    await expect(client.wait("gen_1", { signal })).rejects.toBe(signal.reason);
    expect(server.count).toBe(0);
    expect(environment.leftovers).toEqual(nothingLeft);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("ends the delay before a retry", async () => {
    const { client, environment } = testClient();
    const controller = new AbortController();
    const got = client.get("gen_1", { signal: controller.signal });
    (await server.next()).cut();
    await environment.timer(250);
    controller.abort();
    await expect(got).rejects.toBe(controller.signal.reason);
    expect(environment.leftovers).toEqual(nothingLeft);
    expect(server.count).toBe(1);
  });

  it("continues a call when the device goes offline or the page is hidden", async () => {
    const { client, environment } = testClient();
    const submitted = client.submit("flux", {});
    const request = await server.next();
    environment.setHidden(true);
    environment.setOnline(false);
    request.json({ generation: processing(), credits: null });
    await expect(submitted).resolves.toHaveProperty("generation.id", "gen_1");
    expect(server.count).toBe(1);
  });

  it("leaves no listener on a signal that outlives many calls", async () => {
    const { client } = testClient();
    const { signal } = new AbortController();
    for (let call = 0; call < 3; call += 1) {
      const got = client.get("gen_1", { signal });
      (await server.next()).json({ generation: processing() });
      await got;
    }
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("rejects at once even if the host's fetch ignores its signal", async () => {
    const { client, environment } = testClient({ fetch: () => new Promise(() => {}) });
    const controller = new AbortController();
    const got = client.get("gen_1", { signal: controller.signal });
    controller.abort();
    await expect(got).rejects.toBe(controller.signal.reason);
    const late = client.get("gen_1");
    for (const pauseMs of [250, 500, null]) {
      await environment.elapse(30_000);
      if (pauseMs !== null) await environment.elapse(pauseMs);
    }
    await expect(late).rejects.toHaveProperty("code", "timeout");
  });

  it("sends nothing if aborted during an async headers function", async () => {
    let make = (_headers: HeadersInit): void => {};
    const headers = () => new Promise<HeadersInit>((resolve) => (make = resolve));
    let sent = 0;
    const fetch = async () => {
      sent += 1;
      return Response.json({});
    };
    const { client } = testClient({ headers, fetch });
    const controller = new AbortController();
    const submitted = client.submit("flux", {}, { signal: controller.signal });
    controller.abort();
    await expect(submitted).rejects.toBe(controller.signal.reason);
    make({});
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toBe(0);
  });
});

describe("createTransport", () => {
  it("rejects with the signal's reason also without retries", async () => {
    const { environment } = testClient();
    const { send } = createTransport({
      options: { baseUrl: origin },
      environment,
      loadLate: () => import("./watching/live-calls.js"),
    });
    const controller = new AbortController();
    const sent = send({ path: "/models", maxRetries: 0, signal: controller.signal });
    await server.next();
    controller.abort();
    await expect(sent).rejects.toBe(controller.signal.reason);
  });
});
