import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { testServer } from "../../../testing/test-server.js";
import { defineModel, type Model } from "../model/define-model.js";
import { bfl } from "../provider/bfl/bfl.js";
import { cloudflare } from "../provider/cloudflare/cloudflare.js";
import { fal } from "../provider/fal/fal.js";
import { google } from "../provider/google/google.js";
import { openai } from "../provider/openai/openai.js";
import { openaiResponses } from "../provider/openai/openai-responses.js";
import { replicate } from "../provider/replicate/replicate.js";
import { stability } from "../provider/stability/stability.js";

afterEach(() => void vi.unstubAllEnvs());

const input = z.object({ prompt: z.string() });
const sends = vi.fn<typeof fetch>(() => Promise.reject(new Error("No request may be sent.")));
const options = { fetch: sends };

describe("a missing key of a vendor", () => {
  it.each<readonly [string, Model]>([
    ["FAL_KEY", defineModel({ provider: fal("fal-ai/flux/dev", options), input, credits: 4 })],
    ["REPLICATE_API_TOKEN", defineModel({ provider: replicate("a/b", options), input, credits: 4 })],
    ["BFL_API_KEY", defineModel({ provider: bfl("flux-2-pro", options), input, credits: 4 })],
    ["STABILITY_API_KEY", defineModel({ provider: stability("core", options), input, credits: 4 })],
    ["OPENAI_API_KEY", defineModel({ provider: openai("gpt-image-1", options), input, credits: 4 })],
    [
      "OPENAI_API_KEY",
      defineModel({ provider: openaiResponses("gpt-image-1", { ...options, textModel: "gpt-5" }), input, credits: 4 }),
    ],
    ["GEMINI_API_KEY", defineModel({ provider: google("gemini-2.5-flash-image", options), input, credits: 4 })],
    ["CLOUDFLARE_API_TOKEN", defineModel({ provider: cloudflare("@cf/a/b", options), input, credits: 4 })],
  ])("fails the generation at its first attempt with a refund and no retry: %s", async (variable, flux) => {
    for (const name of [variable, "GOOGLE_API_KEY"]) vi.stubEnv(name, "");
    const server = await testServer({ models: { flux } });
    const ann = server.as("ann");
    expect(await ann.finish((await ann.submit({ prompt: "a lake" })).id)).toMatchObject({
      status: "failed",
      error: { code: "provider_misconfigured", retryable: false },
      refundedCredits: 4,
    });
    expect(server.logs.filter(({ level }) => level === "warn")).toMatchObject([
      { fields: { attempt: 1, providerMessage: expect.stringContaining(`set ${variable}`) } },
    ]);
    expect(sends).not.toHaveBeenCalled();
  });
});
