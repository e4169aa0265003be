import { describe, expect, it } from "vitest";
import { z } from "zod";
import { done, scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { heldCall } from "../../../testing/held-call.js";
import { testServer } from "../../../testing/test-server.js";
import { defineModel } from "../model/define-model.js";
import type { SubmitOutcome } from "../ports/provider.js";

describe("a server in request mode with a budget", () => {
  const budgetMs = 30_000;
  const blocking = () => {
    const provider = scriptedProvider<{ prompt: string }>({
      capabilities: { resumable: false },
      submit: [{ type: "done", outputs: done().outputs }],
    });
    const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 });
    return { provider, models: { flux } };
  };

  it("starts no step with less than half of it left, and continues with the next request", async () => {
    const { provider, models } = blocking();
    const server = await testServer({ models, worker: { mode: "request", budgetMs } });
    const ann = server.as("ann");
    const held = ann.get("/active?after=0&wait=25");
    await server.clock.advance(budgetMs / 2 + 1);
    await server.safelight.api.submit({ ownerId: "bob" }, "flux", { prompt: "late" });
    await server.clock.advance(20_000);
    await held;
    expect(provider.submits).toHaveLength(0);
    await ann.get("/active");
    expect(provider.submits).toHaveLength(1);
  });

  it("limits the request, not each step", async () => {
    const held = heldCall<SubmitOutcome>();
    const provider = scriptedProvider<{ prompt: string }>({
      capabilities: { resumable: false },
      submit: [held.line],
    });
    const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 });
    const server = await testServer({ models: { flux }, worker: { mode: "request", budgetMs } });
    const ann = server.as("ann");
    const { sequence } = await ann.submit();
    const reading = ann.get(`/active?after=${sequence + 1}&wait=25`);
    await held.called;
    await server.clock.advance(budgetMs - 1);
    const [request] = provider.submits;
    expect(request?.signal.aborted).toBe(false);
    await server.clock.advance(1);
    expect(request?.signal.aborted).toBe(true);
    held.resolve({ type: "done", outputs: done().outputs });
    await reading;
  });

  it("is refused in loop mode", async () => {
    await expect(testServer({ worker: { budgetMs } })).rejects.toThrow(/worker\.mode "request"/);
  });

  it("is required for a blocking provider", async () => {
    const provider = scriptedProvider({ capabilities: { resumable: false } });
    const models = { block: defineModel({ provider, input: z.object({}) }) };
    await expect(testServer({ models, worker: { mode: "request" } })).rejects.toThrow(/worker\.budgetMs/);
    await expect(testServer({ models, worker: { mode: "request", budgetMs: 60_000 } })).resolves.toBeDefined();
  });
});
