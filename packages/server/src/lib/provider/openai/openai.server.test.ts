import type { Generation } from "@safelight/client/contract";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { testServer } from "../../../../testing/test-server.js";
import type { FakeVendor, VendorBehavior } from "../../../../testing/vendors/fake-vendor.js";
import {
  createOpenaiResponsesVendor,
  openaiWebhookSecret,
} from "../../../../testing/vendors/openai-responses-vendor.js";
import { createOpenaiVendor } from "../../../../testing/vendors/openai-vendor.js";
import { type ServedVendor, serveVendor } from "../../../../testing/vendors/serve-vendor.js";
import { defineModel } from "../../model/define-model.js";
import type { Provider } from "../../ports/provider.js";
import { openai } from "./openai.js";
import { openaiResponses } from "./openai-responses.js";
import { openaiWebhookRelay } from "./openai-webhook-relay.js";

const webhookSecrets = [openaiWebhookSecret];
let served: ServedVendor | null = null;

afterEach(async () => {
  await served?.close();
  served = null;
});

async function serverWith(
  vendor: FakeVendor,
  open: (options: { readonly apiKey: string; readonly baseUrl: string }) => Provider<{ prompt: string; n?: 1 }>,
) {
  served = await serveVendor(vendor);
  const access = { apiKey: "the-key", baseUrl: served.origin };
  const input = z.object({ prompt: z.string() });
  const flux = defineModel({ provider: open(access), input, credits: 4 });
  const limits = { maxOutputBytes: 100_000 };
  const server = await testServer({ models: { flux }, publicUrl: "https://example.com", limits });
  return { server, access };
}

describe("a server with openai", () => {
  const outcomeOf = async (behavior: VendorBehavior): Promise<Generation> => {
    const vendor = createOpenaiVendor();
    vendor.plan(behavior);
    const { server } = await serverWith(vendor, (access) => openai("gpt-image-2", access));
    const { id } = await server.as("ann").submit({ prompt: "a lake" });
    const ended = await server.as("ann").finish(id);
    expect(vendor.paidAttempts).toBe(1);
    return ended;
  };

  it("completes a generation with an image", async () => {
    expect(await outcomeOf({ type: "succeed" })).toMatchObject({
      status: "completed",
      outputs: [{ contentType: "image/png" }],
    });
  });

  it.each([
    [{ type: "fail", code: "content_blocked" }, "content_rejected"],
    [{ type: "fail", code: "provider_error" }, "provider_failed"],
    [{ type: "refuse", code: "content_blocked" }, "content_rejected"],
    [{ type: "gone" }, "provider_failed"],
    [{ type: "hostile" }, "output_rejected"],
    [{ type: "huge" }, "output_rejected"],
    [{ type: "broken" }, "outcome_unknown"],
    [{ type: "lose", accepted: true }, "outcome_unknown"],
  ] as const)("fails %j as %s, refunds the credits and does not retry", async (behavior, code) => {
    expect(await outcomeOf(behavior)).toMatchObject({ status: "failed", error: { code } });
  });
});

describe("a server with openaiResponses and the relay", () => {
  it("resumes a job after a lost response, by a webhook at the project's URL", async () => {
    const vendor = createOpenaiResponsesVendor();
    vendor.plan({ type: "lose", accepted: true });
    const { server, access } = await serverWith(vendor, (options) =>
      openaiResponses("gpt-image-2", { ...options, textModel: "gpt-5.4-mini", webhookSecrets }),
    );
    const { id } = await server.as("ann").submit({ prompt: "a lake" });
    await server.safelight.worker.tick();
    const [paid] = vendor.paid;
    if (paid === undefined) throw new Error("Expected a paid request.");
    expect(paid.webhookUrl).toContain("https://example.com/api/generations/webhooks/openai-responses/");
    const timestamp = server.clock.now();
    const call = await vendor.createWebhook?.({ ...paid, webhookUrl: "https://example.com/openai" }, { timestamp });
    if (call === undefined) throw new Error("Expected a webhook.");
    const { handler } = server.safelight;
    const relay = openaiWebhookRelay({ ...access, webhookSecrets, handler, now: server.clock.now });
    expect((await relay(call)).status).toBe(200);
    expect(await server.as("ann").finish(id)).toMatchObject({ status: "completed" });
    expect(vendor.paidAttempts).toBe(1);
  });
});
