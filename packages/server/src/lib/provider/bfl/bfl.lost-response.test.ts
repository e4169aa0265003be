import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { testServer } from "../../../../testing/test-server.js";
import { createBflVendor } from "../../../../testing/vendors/bfl-vendor.js";
import { serveVendor } from "../../../../testing/vendors/serve-vendor.js";
import { defineModel } from "../../model/define-model.js";
import { bfl } from "./bfl.js";

/** Submits a generation whose response is lost, delivers a webhook, and returns the result. */
async function deliverWebhookAfterLoss(change: (headers: Headers) => void) {
  const vendor = createBflVendor();
  const { origin, close } = await serveVendor(vendor);
  onTestFinished(close);
  vendor.plan({ type: "lose", accepted: true });
  const provider = bfl("flux-2-pro", { apiKey: "the-key", baseUrl: origin, mediaHosts: [origin] });
  const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 });
  const server = await testServer({ models: { flux }, publicUrl: "https://example.com" });
  const { id } = await server.as("ann").submit();
  await server.safelight.worker.tick();
  const [paid] = vendor.paid;
  const request = paid && (await vendor.createWebhook?.(paid, { timestamp: server.clock.now() }));
  if (request === undefined) throw new Error("Expected a paid request.");
  change(request.headers);
  const path = request.url.replace(/^.*(?=\/webhooks\/)/, "");
  const init = { method: "POST", headers: request.headers, body: await request.text() };
  const { status } = await server.request(null, path, init);
  for (let round = 0; round < 6; round += 1) {
    await server.safelight.worker.tick();
    server.clock.skip(2_000);
  }
  const { generation } = await (await server.as("ann").get(`/${id}`)).json();
  return { webhook: status, status: generation.status, paid: vendor.paidAttempts };
}

describe("bfl after a lost response to the paid request", () => {
  it("resumes the job that a signed webhook names", async () => {
    expect(await deliverWebhookAfterLoss(() => {})).toEqual({ webhook: 200, status: "completed", paid: 1 });
  });

  it("accepts no job from an unsigned webhook", async () => {
    const unsigned = await deliverWebhookAfterLoss((headers) => headers.delete("x-bfl-signature"));
    expect(unsigned).toEqual({ webhook: 200, status: "pending", paid: 1 });
  });
});
