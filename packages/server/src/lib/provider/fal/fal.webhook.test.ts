import { describe, expect, it } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { signFalWebhook } from "../../../../testing/vendors/fal-signature.js";
import { createFalVendor } from "../../../../testing/vendors/fal-vendor.js";
import { recordedFetch } from "../../../../testing/vendors/recorded-fetch.js";
import { serveVendor } from "../../../../testing/vendors/serve-vendor.js";
import { type FalOptions, fal } from "./fal.js";

const seconds = 1_700_000_000;
const keySet = { keys: [{ kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }] };
const otherKey = { kty: "OKP", crv: "Ed25519", x: "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw" };
const signedBody = '{"request_id":"req-1","gateway_request_id":"req-1","status":"OK","payload":{"images":[]}}';
const signedHeaders = {
  "x-fal-webhook-request-id": "req-1",
  "x-fal-webhook-user-id": "user-1",
  "x-fal-webhook-timestamp": `${seconds}`,
  "x-fal-webhook-signature":
    "e50c17dce1752a9fff5626dbeb34c5b82a261eb18d14fc611a831084ef73b46202a9b5e6f88bae8f79294f6b97980c4bd4516ba004a679b739936603eb734d07",
};

function createWebhook(headers: Readonly<Record<string, string>> = {}, body = signedBody) {
  const bytes = new TextEncoder().encode(body);
  return { method: "POST", headers: new Headers({ ...signedHeaders, ...headers }), body: bytes };
}

/** Signing keys and a clock that the test changes. */
function verifying(options: FalOptions = {}) {
  const vendor = { keys: keySet as object, status: 200, now: seconds * 1_000 };
  const { fetch, requests } = recordedFetch(() => Response.json(vendor.keys, { status: vendor.status }));
  const provider = fal("fal-ai/flux/dev", { apiKey: "key", fetch, now: () => vendor.now, ...options });
  return { vendor, requests, verify: async (call = createWebhook()) => provider.verifyWebhook?.(call) };
}

describe("fal webhooks", () => {
  it("accepts the published signature, and returns the whole operation", async () => {
    const { verify, requests } = verifying();
    const job = "https://queue.fal.run/fal-ai/flux/requests/req-1";
    expect(await verify()).toEqual({
      deliveryId: "ok:req-1",
      requestId: "req-1",
      timestamp: seconds * 1_000,
      operation: {
        requestId: "req-1",
        statusUrl: `${job}/status`,
        responseUrl: job,
        cancelUrl: `${job}/cancel`,
        acceptedAt: seconds * 1_000,
      },
    });
    expect(requests.map(({ url }) => url)).toEqual(["https://rest.fal.ai/.well-known/jwks.json"]);
    expect(requests[0]?.headers.has("authorization")).toBe(false);
  });

  it.each([
    ["another time", { "x-fal-webhook-timestamp": `${seconds + 1}` }, undefined],
    ["a malformed time", { "x-fal-webhook-timestamp": `+${seconds}` }, undefined],
    ["another request", { "x-fal-webhook-request-id": "req-2" }, undefined],
    ["another account", { "x-fal-webhook-user-id": "user-2" }, undefined],
    ["another body", {}, signedBody.replace("OK", "ERROR")],
    ["a reformatted body", {}, JSON.stringify(JSON.parse(signedBody), null, 1)],
    ["no signature", { "x-fal-webhook-signature": "" }, undefined],
    ["half a signature", { "x-fal-webhook-signature": signedHeaders["x-fal-webhook-signature"].slice(2) }, undefined],
    ["no hex", { "x-fal-webhook-signature": "z".repeat(128) }, undefined],
    ["zeros", { "x-fal-webhook-signature": "0".repeat(128) }, undefined],
  ])("refuses %s", async (_, headers, body) => {
    expect(await verifying().verify(createWebhook(headers, body))).toBeNull();
  });

  it.each([
    ["a time before 1970", signedBody, { timestamp: -1_000 }],
    ["no job", "{}", {}],
    ["a job id that is too long to store", JSON.stringify({ request_id: "r".repeat(256) }), {}],
    ["no JSON", "{", {}],
  ])("refuses signed %s", async (_, body, change) => {
    expect(await verifying().verify(createWebhook(await signFalWebhook(body, "req-1", change), body))).toBeNull();
  });

  it("accepts only the configured account", async () => {
    expect(await verifying({ webhookUserId: "user-1" }).verify()).toMatchObject({ requestId: "req-1" });
    expect(await verifying({ webhookUserId: "user-2" }).verify()).toBeNull();
  });

  it("accepts any key of the set, and skips unusable entries", async () => {
    const { vendor, verify } = verifying();
    vendor.keys = { keys: [null, { kty: "RSA" }, { ...otherKey, x: "short" }, otherKey, ...keySet.keys] };
    expect(await verify()).toMatchObject({ requestId: "req-1" });
  });

  it("accepts a webhook of the fake vendor", async () => {
    const vendor = createFalVendor();
    const { origin, close } = await serveVendor(vendor);
    const options = { apiKey: "the-key", baseUrl: origin, keySetUrl: `${origin}/.well-known/jwks.json` };
    const provider = fal("fal-ai/flux/dev", options);
    const webhookUrl = "https://host.example/webhooks/fal/a";
    const outcome = await provider.submit(submitRequest({ input: { prompt: "p" }, webhookUrl }));
    const operation = outcome.type === "accepted" ? outcome.operation : null;
    const [paid] = vendor.paid;
    if (paid === undefined) throw new Error("Expected a paid request.");
    const verify = async (change = {}) => {
      const request = (await vendor.createWebhook?.(paid, change)) ?? new Request(origin);
      const { method, headers } = request;
      return provider.verifyWebhook?.({ method, headers, body: new Uint8Array(await request.arrayBuffer()) });
    };
    const facts = await verify();
    expect(facts?.requestId).toBe(provider.requestIdOf?.(operation));
    expect(facts?.requestId).toBe(paid.id);
    expect(await verify({ forged: true })).toBeNull();
    expect(await verify({ id: "of-another-customer" })).toMatchObject({ requestId: "of-another-customer" });
    expect(await verify({ timestamp: 1_000 })).toMatchObject({ timestamp: 1_000 });
    await close();
  });
});

describe("fal's webhook signing keys", () => {
  it("are requested again after a failed verification, at most once a minute", async () => {
    const { vendor, requests, verify } = verifying();
    vendor.keys = { keys: [otherKey] };
    expect(await verify()).toBeNull();
    expect(requests).toHaveLength(1);
    vendor.now += 60_000;
    vendor.keys = keySet;
    expect(await verify()).toMatchObject({ requestId: "req-1" });
    expect(requests).toHaveLength(2);
    const forged = createWebhook({ "x-fal-webhook-timestamp": "1" });
    expect(await verify(forged)).toBeNull();
    expect(await verify(forged)).toBeNull();
    expect(requests).toHaveLength(2);
  });

  it.each([
    [503, keySet],
    [200, { keys: [] }],
    [200, { keys: "none" }],
    [200, null],
  ])("throw if they cannot be fetched: %i %j", async (status, keys) => {
    const { vendor, verify } = verifying();
    Object.assign(vendor, { status, keys });
    await expect(verify()).rejects.toThrow("fal's webhook signing keys");
    Object.assign(vendor, { status: 200, keys: keySet });
    expect(await verify()).toMatchObject({ requestId: "req-1" });
  });
});
