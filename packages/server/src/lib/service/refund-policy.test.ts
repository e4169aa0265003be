import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { testServer } from "../../../testing/test-server.js";
import { defineModel } from "../model/define-model.js";

const ann = { ownerId: "ann" };

const blocked = {
  type: "failed",
  failure: { code: "content_blocked", message: "the safety rules said no" },
} as const;

describe("a model's refund policy", () => {
  it("refunds by the policy at submit time, and names the rule in the ledger", async () => {
    const server = await testServer({
      models: {
        flux: defineModel({
          provider: scriptedProvider<{ prompt: string; half: boolean }>({ poll: [blocked] }),
          input: z.object({ prompt: z.string(), half: z.boolean().default(false) }),
          credits: 7,
          refunds: ({ half }): { content_rejected?: number } => (half ? { content_rejected: 50 } : {}),
        }),
      },
    });
    const { api } = server.safelight;
    for (const [half, refundedCredits, reason] of [
      [false, 7, "failed:content_rejected 100%"],
      [true, 3, "failed:content_rejected 50%"],
    ] as const) {
      const { generation } = await api.submit(ann, "flux", { prompt: "x", half });
      const ended = await server.as("ann").finish(generation.id);
      expect(ended).toMatchObject({ status: "failed", error: { code: "content_rejected" }, refundedCredits });
      expect((await api.credits(ann, { limit: 1 })).entries).toMatchObject([
        { kind: "refund", amount: refundedCredits, reason, generationId: generation.id },
      ]);
    }
    expect(await server.safelight.audit()).toEqual([]);
  });
});
