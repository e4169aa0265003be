import { expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { testServer } from "../../../../testing/test-server.js";
import { defineModel } from "../../model/define-model.js";

const input = { prompt: "a red bicycle" };

it.each([
  ["a generation", "", { input }, 1],
  ["a group", "/many", { inputs: [input, input] }, 2],
])("starts %s at its notBefore on a quiet server with one process", async (_, path, fields, count) => {
  const provider = scriptedProvider<{ prompt: string }>();
  const models = { flux: defineModel({ provider, input: z.object({ prompt: z.string() }) }) };
  const { as, clock, safelight } = await testServer({ models });
  safelight.worker.start();
  // The worker of an idle server reads at each whole minute.
  await clock.advance(605_000);
  const notBefore = new Date(clock.now() + 8_000).toISOString();
  expect((await as("ada").post(path, { model: "flux", notBefore, ...fields })).status).toBe(202);
  await clock.advance(7_999);
  expect(provider.submits).toHaveLength(0);
  await clock.advance(1);
  expect(provider.submits).toHaveLength(count);
});
