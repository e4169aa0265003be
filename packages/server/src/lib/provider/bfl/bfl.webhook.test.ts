import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { submitRequest } from "../../../../testing/submit-request.js";
import { testServer } from "../../../../testing/test-server.js";
import { createBflVendor } from "../../../../testing/vendors/bfl-vendor.js";
import type { FakeVendor, WebhookChange } from "../../../../testing/vendors/fake-vendor.js";
import { asRecord } from "../../json/as-record.js";
import { defineModel } from "../../model/define-model.js";
import type { RawWebhook } from "../../ports/provider.js";
import { bfl } from "./bfl.js";

const webhookUrl = "https://host.example/webhooks/bfl/1";

/** A submitted job with a webhook URL, and its webhook as the server receives it. */
async function scene(token = "token-1") {
  const vendor = createBflVendor();
  const fetch: typeof globalThis.fetch = (url, init) => vendor.handle(new Request(url, init));
  const provider = bfl("flux-2-pro", { apiKey: "the-key", fetch });
  const outcome = await provider.submit(submitRequest({ input: { prompt: "a lamp" }, token, webhookUrl }));
  const createWebhook = async (change: WebhookChange = {}): Promise<RawWebhook> => {
    const [paid] = vendor.paid;
    if (paid === undefined || vendor.createWebhook === undefined) throw new Error("Expected a paid request.");
    const request = await vendor.createWebhook(paid, change);
    return { method: "POST", headers: request.headers, body: new Uint8Array(await request.arrayBuffer()), token };
  };
  const verify = async (raw: RawWebhook) => (await provider.verifyWebhook?.(raw)) ?? null;
  return { provider, vendor, outcome, createWebhook, verify };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("bfl webhooks", () => {
  it("requests a webhook with a secret per attempt, and stores the job without a polling URL", async () => {
    const { outcome, provider, vendor } = await scene();
    const other = await scene("token-2");
    const secrets = [secretOf(vendor), secretOf(other.vendor)];
    expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(secrets[1]).not.toBe(secrets[0]);
    expect(vendor.paid[0]).toMatchObject({ webhookUrl });
    // The operation does not affect the poll interval: the worker decides it.
    const operation = { id: "b1", pollingUrl: null, acceptedAt: expect.any(Number) };
    expect(outcome).toEqual({ type: "accepted", operation });
    if (outcome.type === "accepted") expect(provider.requestIdOf?.(outcome.operation)).toBe("b1");
  });

  it("accepts a signature over the raw body, and returns the operation for a lost response", async () => {
    const { createWebhook, verify } = await scene();
    const timestamp = Date.parse("2026-11-26T12:00:00.000Z");
    expect(await verify(await createWebhook({ timestamp }))).toEqual({
      deliveryId: "b1:Ready",
      requestId: "b1",
      timestamp,
      operation: { id: "b1", pollingUrl: null, acceptedAt: expect.any(Number) },
    });
  });

  it("refuses another key, body or attempt, and a malformed signature", async () => {
    const { createWebhook, verify } = await scene();
    expect(await verify(await createWebhook({ forged: true }))).toBeNull();
    const raw = await createWebhook();
    const spaced = new TextEncoder().encode(`${new TextDecoder().decode(raw.body)} `);
    expect(await verify({ ...raw, body: spaced })).toBeNull();
    expect(await verify({ ...raw, token: "token-2" })).toBeNull();
    const { token: _token, ...bare } = raw;
    expect(await verify(bare)).toBeNull();
    for (const signature of ["", "sha256=", "sha256=00", raw.headers.get("x-bfl-signature")?.slice(7) ?? ""]) {
      expect(await verify({ ...raw, headers: new Headers({ "x-bfl-signature": signature }) })).toBeNull();
    }
  });

  it("accepts a webhook without a signature only as a hint to poll", async () => {
    const { createWebhook, verify } = await scene();
    const timestamp = Date.parse("2026-11-26T12:00:00.000Z");
    const facts = await verify({ ...(await createWebhook({ timestamp })), headers: new Headers() });
    expect(facts).toEqual({ deliveryId: "unsigned:b1", requestId: "b1", timestamp });
  });

  it("gives all webhooks without a signature one delivery id", async () => {
    const { createWebhook, verify } = await scene();
    const raw = await createWebhook();
    const ids = ["Ready", "Pending", "anything"].map(async (status) => {
      const body = new TextEncoder().encode(JSON.stringify({ id: "b1", status }));
      return (await verify({ ...raw, headers: new Headers(), body }))?.deliveryId;
    });
    expect(new Set(await Promise.all(ids)).size).toBe(1);
  });

  it.each([
    ["1700000000", 1_700_000_000_000],
    ["1700000000000", 1_700_000_000_000],
    ['"2023-11-14T22:13:20Z"', 1_700_000_000_000],
    ['"2023-11-14T22:13:20"', 1_700_000_000_000],
    ['"2023-11-15T00:13:20+02:00"', 1_700_000_000_000],
  ])("parses the timestamp %s in any time zone", async (written, expected) => {
    vi.stubEnv("TZ", "Asia/Tokyo");
    const { verify, vendor } = await scene();
    expect((await verify(await signed(vendor, `{"id":"b1","status":"Ready","timestamp":${written}}`)))?.timestamp).toBe(
      expected,
    );
  });

  it.each(['"yesterday"', "null", "[]"])("uses the current time for the timestamp %s", async (written) => {
    const { verify, vendor } = await scene();
    const facts = await verify(await signed(vendor, `{"id":"b1","status":"Ready","timestamp":${written}}`));
    expect(Math.abs((facts?.timestamp ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it.each(["{}", '{"id":7}', '{"id":""}', "[]", "null", `{"id":"${"x".repeat(201)}"}`])(
    "refuses signed %s, which names no job",
    async (body) => {
      const { verify, vendor } = await scene();
      expect(await verify(await signed(vendor, body))).toBeNull();
    },
  );

  it("is verified by the server for the attempt of its URL", async () => {
    const vendor = createBflVendor();
    const fetch: typeof globalThis.fetch = (url, init) => vendor.handle(new Request(url, init));
    const provider = bfl("flux-2-pro", { apiKey: "the-key", fetch });
    const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 });
    const server = await testServer({ models: { flux }, publicUrl: "https://example.com" });
    await server.as("ann").submit();
    await server.safelight.worker.tick();
    const call = async (change: WebhookChange): Promise<number> => {
      const [paid] = vendor.paid;
      if (paid === undefined) throw new Error("Expected a paid request.");
      const request = await vendor.createWebhook?.(paid, { timestamp: server.clock.now(), ...change });
      const path = request?.url.replace(/^.*(?=\/webhooks\/)/, "") ?? "";
      const init = { method: "POST", headers: Object.fromEntries(request?.headers ?? []), body: await request?.text() };
      return (await server.request(null, path, init as RequestInit)).status;
    };
    expect(await call({ forged: true })).toBe(401);
    expect(await call({ timestamp: server.clock.now() - 301_000 })).toBe(401);
    expect(await call({ id: "b2" })).toBe(202);
    expect(await call({})).toBe(200);
  });
});

/** A custom body, signed with the secret that the vendor received. */
async function signed(vendor: FakeVendor, text: string): Promise<RawWebhook> {
  const body = new TextEncoder().encode(text);
  const raw = new TextEncoder().encode(secretOf(vendor));
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = Buffer.from(await crypto.subtle.sign("HMAC", key, body)).toString("hex");
  return { method: "POST", headers: new Headers({ "x-bfl-signature": `sha256=${signature}` }), body, token: "token-1" };
}

/** Webhook secret that the vendor received. */
function secretOf({ paid }: FakeVendor): string {
  return String(asRecord(paid[0]?.body).webhook_secret);
}
