import { expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { testServer } from "../../../../testing/test-server.js";
import { defineModel } from "../../model/define-model.js";

it("warns once at the start of the loop for each provider without a key", async () => {
  const missing = { ...scriptedProvider<{ prompt: string }>(), setupProblem: () => "Missing API key of Kodak." };
  const ready = { ...scriptedProvider<{ prompt: string }>({ id: "ready" }), setupProblem: () => null };
  const input = z.object({ prompt: z.string() });
  const server = await testServer({
    models: {
      flux: defineModel({ provider: missing, input }),
      other: defineModel({ provider: [ready, missing], input }),
    },
  });
  expect(server.logs).toEqual([]);
  server.safelight.worker.start();
  const warnings = server.logs.filter(({ level }) => level === "warn");
  expect(warnings).toEqual([
    {
      level: "warn",
      message: "A provider is not set up: its generations will fail.",
      fields: { event: "provider.not_set_up", reason: "Missing API key of Kodak." },
    },
  ]);
});
