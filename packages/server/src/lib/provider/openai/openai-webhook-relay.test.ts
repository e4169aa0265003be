import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import type { FakeVendor } from "../../../../testing/vendors/fake-vendor.js";
import {
  createOpenaiResponsesVendor,
  openaiWebhookSecret,
} from "../../../../testing/vendors/openai-responses-vendor.js";
import { type ServedVendor, serveVendor } from "../../../../testing/vendors/serve-vendor.js";
import { signStandardWebhook } from "../../signing/standard-webhooks.js";
import { openaiResponses } from "./openai-responses.js";
import { openaiWebhookRelay } from "./openai-webhook-relay.js";
import { verifyResponseWebhook } from "./response-webhook.js";

const webhookUrl = "https://host.example/api/generations/webhooks/openai-responses/gen_1.1.signature";
const options = { apiKey: "the-key", webhookSecrets: [openaiWebhookSecret] };
let vendor: FakeVendor;
let served: ServedVendor;

beforeEach(async () => {
  vendor = createOpenaiResponsesVendor();
  served = await serveVendor(vendor);
});

afterEach(() => served.close());

/** A submitted response, and its webhook at the project's URL. */
async function createWebhook(
  change = {},
  request: { readonly webhookUrl?: string } = { webhookUrl },
): Promise<Request> {
  const provider = openaiResponses("gpt-image-2", { ...options, textModel: "gpt-5.4-mini", baseUrl: served.origin });
  await provider.submit(submitRequest({ input: { prompt: "a lake" }, ...request }));
  const [paid] = vendor.paid;
  const call =
    paid === undefined
      ? undefined
      : await vendor.createWebhook?.({ ...paid, webhookUrl: "https://host.example/openai" }, change);
  if (call === undefined) throw new Error("Expected a webhook.");
  return call;
}

function relayTo(handler: (request: Request) => Response, change = {}) {
  return openaiWebhookRelay({ ...options, baseUrl: served.origin, handler, ...change });
}

describe("openaiWebhookRelay", () => {
  it("relays a webhook to its attempt, with unchanged body and signature", async () => {
    const call = await createWebhook();
    const body = await call.clone().text();
    const handler = vi.fn((_: Request) => new Response(null, { status: 202 }));
    expect((await relayTo(handler)(call)).status).toBe(202);
    const [relayed] = handler.mock.calls[0] ?? [];
    expect([relayed?.method, relayed?.url]).toEqual(["POST", webhookUrl]);
    const bytes = new Uint8Array((await relayed?.arrayBuffer()) ?? []);
    expect(new TextDecoder().decode(bytes)).toBe(body);
    const raw = { headers: relayed?.headers ?? new Headers(), body: bytes };
    expect(await verifyResponseWebhook(raw, options.webhookSecrets)).toMatchObject({ requestId: "resp_1" });
  });

  it("returns the router's response", async () => {
    const call = await createWebhook();
    expect((await relayTo(() => new Response(null, { status: 404 }))(call)).status).toBe(404);
  });

  it("refuses unsigned and expired webhooks without a request to OpenAI", async () => {
    const handler = vi.fn(() => new Response());
    const fetch = vi.fn(async () => new Response());
    const relay = relayTo(handler, { fetch });
    expect((await relay(await createWebhook({ forged: true }))).status).toBe(401);
    expect((await relay(await createWebhook({ timestamp: Date.now() - 302_000 }))).status).toBe(401);
    expect((await relay(new Request("https://host.example/openai", { method: "POST" }))).status).toBe(401);
    const huge = new Request("https://host.example/openai", { method: "POST", body: "x".repeat(1_048_577) });
    expect((await relay(huge)).status).toBe(413);
    expect([handler.mock.calls.length, fetch.mock.calls.length]).toEqual([0, 0]);
  });

  it("acknowledges webhooks about other things", async () => {
    const handler = vi.fn(() => new Response());
    const relay = relayTo(handler);
    expect((await relay(await createWebhook({}, {}))).status).toBe(202);
    expect((await relay(await createWebhook({ id: "resp_of_another_program" }))).status).toBe(202);
    const body = JSON.stringify({ type: "video.completed", data: { id: "video_1" } });
    const headers = await signStandardWebhook({ id: "wh_1", timestamp: Date.now(), body }, openaiWebhookSecret);
    expect((await relay(new Request("https://host.example/openai", { method: "POST", headers, body }))).status).toBe(
      202,
    );
    expect(handler).not.toHaveBeenCalled();
  });

  it("returns 503 if OpenAI cannot be reached, so that it retries", async () => {
    const fetch = async () => new Response(null, { status: 500 });
    expect((await relayTo(() => new Response(), { fetch })(await createWebhook())).status).toBe(503);
  });
});

describe("verifyResponseWebhook", () => {
  it("returns the id of the delivery and the response", async () => {
    const call = await createWebhook({ timestamp: 1_700_000_000_000 });
    const raw = { headers: call.headers, body: new Uint8Array(await call.arrayBuffer()) };
    expect(await verifyResponseWebhook(raw, options.webhookSecrets)).toEqual({
      deliveryId: "wh_resp_1",
      timestamp: 1_700_000_000_000,
      requestId: "resp_1",
      operation: { responseId: "resp_1", acceptedAt: 1_700_000_000_000 },
    });
    expect(await verifyResponseWebhook({ ...raw, body: raw.body.slice(1) }, options.webhookSecrets)).toBeNull();
  });

  it("refuses a signed body that names no response", async () => {
    for (const said of [
      "",
      "7",
      "{}",
      '{"type":"response.completed"}',
      '{"type":"response.completed","data":{"id":"../1"}}',
    ]) {
      const headers = new Headers(
        await signStandardWebhook({ id: "wh_1", timestamp: Date.now(), body: said }, openaiWebhookSecret),
      );
      const raw = { headers, body: new TextEncoder().encode(said) };
      expect(await verifyResponseWebhook(raw, options.webhookSecrets), said).toBeNull();
    }
  });

  it("accepts the test vector of Standard Webhooks", async () => {
    // The vector's body is about a prediction, so it is acknowledged and ignored.
    const headers = {
      "webhook-id": "msg_1",
      "webhook-timestamp": "1700000000",
      "webhook-signature": "v1,AAAA v1,ZRC2qXl9LPzGtO/eTF7TUjtZ+oS3hgUq/qh+JTx1CWs=",
    };
    const body = '{"id":"p1","status":"succeeded"}';
    const call = new Request("https://host.example/openai", { method: "POST", headers, body });
    const relay = relayTo(() => new Response(null, { status: 500 }), { now: () => 1_700_000_000_000 });
    expect((await relay(call.clone())).status).toBe(202);
    expect((await relayTo(() => new Response(), { now: () => 1_700_000_301_000 })(call)).status).toBe(401);
  });
});
