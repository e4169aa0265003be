import { describe, expect, it } from "vitest";
import { z } from "zod";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { type WebhookChange, webhookCall } from "../../../../testing/fakes/webhook-vendor.js";
import { problemOf, testServer } from "../../../../testing/test-server.js";
import { deliver, type Input, publicUrl, running, scripted, sent, tick } from "../../../../testing/webhook-scene.js";
import { defineModel } from "../../model/define-model.js";
import type { Provider } from "../../ports/provider.js";

describe("a webhook URL", () => {
  it("is passed to a provider with webhooks, a new one for each attempt", async () => {
    const busy = { type: "rejected", failure: { code: "rate_limited", message: "slow down" } } as const;
    const provider = scripted({ submit: [busy, accepted({ job: 1 })] });
    const { server, id } = await sent(provider);
    server.clock.skip(60_000);
    await tick({ server });
    const urls = provider.submits.map(({ webhookUrl }) => webhookUrl);
    expect(urls.map((url) => url?.replace(/\.[\w-]{43}$/, ""))).toEqual([
      `${publicUrl}/api/generations/webhooks/scripted/${id}.1`,
      `${publicUrl}/api/generations/webhooks/scripted/${id}.2`,
    ]);
  });

  it.each([
    ["the host has no public URL", scripted(), { publicUrl: undefined }],
    ["the provider has no webhooks", scriptedProvider<Input>({ poll: [running] }), {}],
  ])("is null when %s", async (_when, provider, options) => {
    await sent(provider, {}, options);
    expect(provider.submits[0]).not.toHaveProperty("webhookUrl");
  });
});

describe("POST /webhooks/:provider/:token", () => {
  it("triggers a poll at once, and responds equally to repeated deliveries", async () => {
    const provider = scripted();
    const given = await sent(provider);
    expect(await tick(given)).toBe(0);
    expect((await deliver(given)).status).toBe(200);
    expect(await tick(given)).toBe(1);
    expect(provider.polls).toHaveLength(1);
    expect((await deliver(given)).status).toBe(200);
    expect(await tick(given)).toBe(0);
  });

  it("wakes a sleeping worker", async () => {
    const provider = scripted();
    const given = await sent(provider);
    given.server.safelight.worker.start();
    await given.server.clock.advance(1);
    expect(provider.polls).toEqual([]);
    await deliver(given);
    await expect.poll(() => provider.polls).toHaveLength(1);
  });

  it("accepts any content type and origin, and does not call identify", async () => {
    let identifyCalls = 0;
    const provider = scripted();
    const identify = () => {
      identifyCalls += 1;
      return "ann";
    };
    const given = await sent(provider, {}, { identify });
    const before = identifyCalls;
    const headers = { "content-type": "text/plain", origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect((await deliver(given, { headers: { ...headers, cookie: "session=ann" } })).status).toBe(200);
    expect(identifyCalls).toBe(before);
  });

  it("recovers a job whose response was lost, paid once", async () => {
    const cut = () => {
      throw new Error("connection reset");
    };
    const provider = scripted({ submit: [cut], poll: [done()] });
    const given = await sent(provider);
    expect((await deliver(given, { operation: { job: given.job } })).status).toBe(200);
    expect(await given.server.as("ann").finish(given.id)).toMatchObject({ status: "completed", refundedCredits: 0 });
    expect(provider.submits).toHaveLength(1);
    expect(provider.polls).toEqual([{ job: given.job }]);
    expect(await (await given.server.as("ann").get("/credits")).json()).toMatchObject({ balance: 96 });
  });

  it("responds 202 to another job's webhook, and does not use up its delivery id", async () => {
    const given = await sent(scripted());
    expect((await deliver({ ...given, job: "another" })).status).toBe(202);
    expect(await tick(given)).toBe(0);
    expect((await deliver(given)).status).toBe(200);
    expect(await tick(given)).toBe(1);
  });

  it("responds 202 after the end, and changes nothing", async () => {
    const given = await sent(
      scripted({ poll: [{ type: "failed", failure: { code: "content_blocked", message: "" } }] }),
    );
    const ann = given.server.as("ann");
    const ended = await ann.finish(given.id);
    expect((await deliver(given)).status).toBe(202);
    expect(await (await ann.get(`/${given.id}`)).json()).toEqual({ generation: ended });
  });

  it("triggers a poll although its operation cannot be stored, and logs that", async () => {
    const lost = { type: "unknown", reason: "cut" } as const;
    const provider = scripted({ submit: [lost], findByToken: [{ type: "unknown" }] });
    const given = await sent(provider);
    const operation = JSON.parse(`${"[".repeat(1_500)}${"]".repeat(1_500)}`);
    const facts = { deliveryId: "msg_1", requestId: "1", timestamp: given.server.clock.now(), operation };
    const flux = defineModel({
      provider: { ...provider, verifyWebhook: async () => facts },
      input: z.object({ prompt: z.string() }),
      credits: 4,
    });
    const { store, clock } = given.server;
    const server = await testServer({ models: { flux }, publicUrl, store, clock });
    expect((await deliver({ ...given, server })).status).toBe(200);
    expect(server.logs).toMatchObject([{ level: "warn", message: expect.stringContaining("cannot be stored") }]);
    expect(await tick({ server })).toBe(1);
    expect(provider.lookups).toHaveLength(1);
    expect(provider.polls).toEqual([]);
  });

  it("refuses other methods", async () => {
    const given = await sent(scripted());
    const { path } = await webhookCall(given.url, given.job);
    const response = await given.server.request(null, path);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  });

  it("works in request mode until the host's waitUntil ends", async () => {
    const provider = scripted();
    const given = await sent(provider, {}, { worker: { mode: "request" } });
    const { path, init } = await webhookCall(given.url, given.job, { timestamp: given.server.clock.now() });
    const promises: Promise<unknown>[] = [];
    const waitUntil = (promise: Promise<unknown>) => promises.push(promise);
    const request = new Request(`http://localhost/api/generations${path}`, init);
    expect((await given.server.safelight.handler(request, { waitUntil })).status).toBe(200);
    await Promise.all(promises);
    expect(provider.polls).toHaveLength(1);
  });
});

describe("an invalid webhook", () => {
  it.each([
    ["another secret", { secret: `whsec_${btoa("the secret of another account")}` }],
    ["no signature", { headers: { "webhook-signature": "" } }],
    ["another id than was signed", { headers: { "webhook-id": "msg_2" } }],
  ])("is refused for %s", async (_what, change: WebhookChange & Pick<RequestInit, "headers">) => {
    const given = await sent(scripted());
    const response = await deliver(given, change);
    expect(response.status).toBe(401);
    expect((await problemOf(response)).code).toBe("webhook_invalid");
    expect(given.server.logs).toMatchObject([{ level: "warn", fields: { generationId: given.id, isSigned: false } }]);
    expect(await tick(given)).toBe(0);
  });

  it.each([
    [-300_000, 200],
    [300_000, 200],
    [-301_000, 401],
    [301_000, 401],
    [-86_400_000, 401],
  ])("is refused when it was signed more than 300 s from now: %i ms, %i", async (offsetMs, status) => {
    const given = await sent(scripted());
    expect((await deliver(given, { timestamp: given.server.clock.now() + offsetMs })).status).toBe(status);
  });

  it.each(["1800000000000", Number.NaN, Number.POSITIVE_INFINITY])("is refused when its time is %s", async (time) => {
    const facts = { deliveryId: "msg_1", requestId: "1", timestamp: time };
    // A provider of a host without types.
    const verifyWebhook = async () => facts as { deliveryId: string; requestId: string; timestamp: number };
    const given = await sent(scripted({ submit: [accepted({ job: 1 })] }), { verifyWebhook });
    expect((await deliver(given)).status).toBe(401);
  });

  it("is refused with a retryable 503 when the provider fails to verify it", async () => {
    let isDown = true;
    const provider = scripted();
    const verifyWebhook: Provider<Input>["verifyWebhook"] = async (request) => {
      if (isDown) throw new Error("no keys");
      return provider.verifyWebhook?.(request) ?? null;
    };
    const given = await sent(provider, { verifyWebhook });
    const response = await deliver(given);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    isDown = false;
    expect((await deliver(given)).status).toBe(200);
  });

  it("is refused with a retryable 503 when the provider cannot parse its stored operation", async () => {
    const requestIdOf = (): never => {
      throw new Error("an older form");
    };
    const given = await sent(scripted({ submit: [accepted({ job: 1 })] }), { requestIdOf });
    expect((await deliver(given)).status).toBe(503);
  });

  it("matches an operation that is falsy in JavaScript", async () => {
    const given = await sent(scripted({ submit: [accepted("")] }), { requestIdOf: () => "job 1" });
    expect((await deliver({ ...given, job: "job 1" })).status).toBe(200);
  });

  it("has at most 1 MiB, counted for any stated length", async () => {
    const given = await sent(scripted());
    const { path, init } = await webhookCall(given.url, given.job);
    const send = (byteLength: number) => {
      const stream = new ReadableStream({
        start: (controller) => {
          controller.enqueue(new Uint8Array(byteLength));
          controller.close();
        },
      });
      return given.server.request(null, path, { ...init, body: stream, duplex: "half" } as RequestInit);
    };
    expect((await send(1_048_576)).status).toBe(401);
    expect((await send(1_048_577)).status).toBe(413);
    expect((await given.server.request(null, path, { ...init, body: new Uint8Array(5_000_000) })).status).toBe(413);
  });
});
