import { expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { bodyOf, testModels, testServer } from "../../../testing/test-server.js";
import { tinyPng } from "../../../testing/tiny-png.js";
import { defineModel } from "../model/define-model.js";
import type { Storage } from "../ports/storage.js";
import { memoryStorage } from "../storage/memory-storage.js";

const largePng = Uint8Array.from([...tinyPng(), ...new Uint8Array(100_000)]);
const output = { bytes: largePng, contentType: "image/png" };
const provider = scriptedProvider<{ prompt: string }>({ poll: [{ type: "done", outputs: [output] }] });
const models = { ...testModels, banner: defineModel({ provider, input: z.object({ prompt: z.string() }) }) };

it("refuses large objects of one model and of uploads, and goes on with the other models", async () => {
  const memory = memoryStorage();
  let maxBytes = 66_000;
  let refused = 0;
  const put: Storage["put"] = async (key, body, options) => {
    if (body.size <= maxBytes) return memory.put(key, body, options);
    refused += 1;
    throw new Error("413 Content Too Large");
  };
  const { as, clock, request, safelight } = await testServer({ models, storage: { ...memory, put } });
  const submitBanner = async (): Promise<string> => {
    const response = await as("ann").post("", { model: "banner", input: { prompt: "a red bicycle" } });
    return (await bodyOf<{ generation: { id: string } }>(response)).generation.id;
  };
  const first = await submitBanner();
  while (refused === 0) {
    await safelight.worker.tick();
    clock.skip(1_000);
  }

  const headers = { "content-type": "image/png" };
  expect((await request("eve", "/inputs", { method: "POST", headers, body: largePng })).status).toBe(503);
  expect((await request(null, "/health")).status).toBe(200);

  const second = await submitBanner();
  const { id: other } = await as("bob").submit();
  await safelight.worker.tick();
  expect(provider.submits).toHaveLength(1);
  expect((await as("bob").finish(other)).status).toBe("completed");
  maxBytes = 1_000_000;
  for (const id of [first, second]) expect((await as("ann").finish(id)).status).toBe("completed");
});
