import { describe, expect, it } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { recordedFetch } from "../../../../testing/vendors/recorded-fetch.js";
import { createReplicateVendor } from "../../../../testing/vendors/replicate-vendor.js";
import { serveVendor } from "../../../../testing/vendors/serve-vendor.js";
import { signStandardWebhook } from "../../signing/standard-webhooks.js";
import { type ReplicateOptions, replicate } from "./replicate.js";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const otherSecret = `whsec_${btoa("another customer's secret")}`;
const signedBody = '{"id":"p1","status":"succeeded"}';
const signedHeaders = {
  "webhook-id": "msg_1",
  "webhook-timestamp": "1700000000",
  "webhook-signature": "v1,ZRC2qXl9LPzGtO/eTF7TUjtZ+oS3hgUq/qh+JTx1CWs=",
};

function createWebhook(headers: Readonly<Record<string, string>> = {}, body = signedBody) {
  const bytes = new TextEncoder().encode(body);
  return { method: "POST", headers: new Headers({ ...signedHeaders, ...headers }), body: bytes };
}

async function signed(body: string, id = "msg_1") {
  return createWebhook(await signStandardWebhook({ id, timestamp: 1_700_000_000_000, body }, secret), body);
}

/** A signing secret and a clock that the test changes. */
function verifying(options: ReplicateOptions = {}) {
  const vendor = { secret, status: 200, now: 1_700_000_000_000 };
  const { fetch, requests } = recordedFetch(() => Response.json({ key: vendor.secret }, { status: vendor.status }));
  const provider = replicate("black-forest-labs/flux-schnell", {
    apiKey: "key",
    fetch,
    now: () => vendor.now,
    ...options,
  });
  return { vendor, requests, verify: async (call = createWebhook()) => provider.verifyWebhook?.(call) };
}

const facts = {
  deliveryId: "msg_1",
  requestId: "p1",
  timestamp: 1_700_000_000_000,
  operation: { id: "p1", acceptedAt: 1_700_000_000_000 },
};

describe("replicate webhooks", () => {
  it("accepts the account's secret, which is requested once", async () => {
    const { verify, requests } = verifying();
    expect(await verify()).toEqual(facts);
    expect(await verify()).toEqual(facts);
    expect(requests.map(({ url }) => url)).toEqual(["https://api.replicate.com/v1/webhooks/default/secret"]);
    expect(requests[0]?.headers.get("authorization")).toBe("Bearer key");
  });

  it("accepts a given secret without a request", async () => {
    const { verify, requests } = verifying({ webhookSecrets: [otherSecret, secret] });
    expect(await verify()).toEqual(facts);
    expect(await verify(createWebhook({ "webhook-id": "msg_2" }))).toBeNull();
    expect(requests).toEqual([]);
  });

  it("accepts several signatures", async () => {
    const several = { "webhook-signature": `v1,AAAA ${signedHeaders["webhook-signature"]}` };
    expect(await verifying().verify(createWebhook(several))).toEqual(facts);
  });

  it("finds the prediction in an envelope", async () => {
    const enveloped = await signed(JSON.stringify({ type: "prediction.completed", data: { id: "p1" } }));
    expect(await verifying().verify(enveloped)).toEqual(facts);
  });

  it.each([
    ["another time", { "webhook-timestamp": "1700000001" }, undefined],
    ["another id", { "webhook-id": "msg_2" }, undefined],
    ["another body", {}, '{"id":"p2","status":"succeeded"}'],
    ["no signature", { "webhook-signature": "" }, undefined],
  ])("refuses %s", async (_, headers, body) => {
    expect(await verifying().verify(createWebhook(headers, body))).toBeNull();
  });

  it.each([
    ["no prediction", "{}", "msg_1"],
    ["an id that changes the path", '{"id":"../account"}', "msg_1"],
    ["no JSON", "{", "msg_1"],
    ["an id that is too long to store", signedBody, "m".repeat(256)],
  ])("refuses signed %s", async (_, body, id) => {
    expect(await verifying().verify(await signed(body, id))).toBeNull();
  });

  it("requests nothing for an unsigned webhook", async () => {
    const { verify, requests } = verifying();
    const headers = new Headers();
    expect(await verify({ ...createWebhook(), headers })).toBeNull();
    expect(requests).toEqual([]);
  });

  it("requests the secret again after a failed verification, at most once a minute", async () => {
    const { vendor, verify, requests } = verifying();
    vendor.secret = otherSecret;
    expect(await verify()).toBeNull();
    expect(requests).toHaveLength(1);
    Object.assign(vendor, { secret, now: vendor.now + 60_000 });
    expect(await verify()).toEqual(facts);
    expect(requests).toHaveLength(2);
  });

  it.each([
    [401, secret],
    [503, secret],
    [200, null],
    [200, "none"],
  ])("throws if the secret cannot be fetched: %i %j", async (status, key) => {
    const { vendor, verify } = verifying();
    Object.assign(vendor, { status, secret: key });
    await expect(verify()).rejects.toThrow("secret");
  });

  it("accepts a webhook of the fake vendor", async () => {
    const vendor = createReplicateVendor();
    const { origin, close } = await serveVendor(vendor);
    const provider = replicate("black-forest-labs/flux-schnell", { apiKey: "the-key", baseUrl: origin });
    const webhookUrl = "https://host.example/webhooks/replicate/a";
    const outcome = await provider.submit(submitRequest({ input: { prompt: "p" }, webhookUrl }));
    const [paid] = vendor.paid;
    if (paid === undefined || outcome.type !== "accepted") throw new Error("Expected a paid request.");
    const verify = async (change = {}) => {
      const request = (await vendor.createWebhook?.(paid, change)) ?? new Request(origin);
      const { method, headers } = request;
      return provider.verifyWebhook?.({ method, headers, body: new Uint8Array(await request.arrayBuffer()) });
    };
    const said = await verify();
    expect(said).toMatchObject({
      requestId: paid.id,
      operation: { ...Object(outcome.operation), acceptedAt: said?.timestamp },
    });
    expect(said?.requestId).toBe(provider.requestIdOf?.(outcome.operation));
    expect((await verify())?.deliveryId).toBe(said?.deliveryId);
    expect(await verify({ forged: true })).toBeNull();
    expect(await verify({ timestamp: 1_000 })).toMatchObject({ timestamp: 1_000 });
    await close();
  });
});
