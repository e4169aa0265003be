import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { bodyOf, problemOf, testServer } from "../../../testing/test-server.js";
import { defineModel } from "../model/define-model.js";

const input = z.object({ prompt: z.string() });
const provider = scriptedProvider<{ prompt: string }>();
const models = { flux: defineModel({ provider, input }) };

describe("a server with credits: false", () => {
  it("accepts free submits, and returns null for credits", async () => {
    const server = await testServer({ models, credits: false });
    const ann = server.as("ann");
    const response = await ann.post("", { model: "flux", input: { prompt: "x" } }, { "idempotency-key": "k" });
    expect(response.status).toBe(202);
    expect(await bodyOf(response)).toMatchObject({
      generation: { credits: null, refundedCredits: null },
      credits: null,
    });
    const replay = await ann.post("", { model: "flux", input: { prompt: "x" } }, { "idempotency-key": "k" });
    expect(await bodyOf(replay)).toMatchObject({ credits: null });
    expect(await bodyOf(await ann.get("/models"))).toEqual({
      models: [{ id: "flux", kind: "image", credits: null, retired: false }],
    });
    const { generation } = await server.safelight.api.submit({ ownerId: "ann" }, "flux", { prompt: "y" });
    expect(await ann.finish(generation.id)).toMatchObject({ status: "completed", credits: null });
    const { entries } = await server.store.listCredits({ accountId: "ann", limit: 10, before: null });
    expect(entries.filter(({ kind }) => kind === "debit").map(({ amount }) => amount)).toEqual([0, 0]);
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("refuses to read an account and to move credits", async () => {
    const server = await testServer({ models, credits: false });
    const response = await server.as("ann").get("/credits");
    expect(response.status).toBe(404);
    expect(await problemOf(response)).toMatchObject({ code: "not_found", retryable: false });
    const { api } = server.safelight;
    const move = { accountId: "ann", amount: 1, key: "k" };
    for (const refused of [
      () => api.credits({ ownerId: "ann" }),
      () => api.grantCredits(move),
      () => api.adjustCredits(move),
      () => api.spendCredits(move),
    ]) {
      await expect(refused()).rejects.toMatchObject({ code: "not_found", message: /keeps no credits/ });
    }
    await server.safelight.migrate();
    const { balance } = await server.store.listCredits({ accountId: "ann", limit: 1, before: null });
    expect(balance).toBeNull();
  });

  it.each([
    ["a price", defineModel({ provider, input, credits: 1 })],
    ["a price that depends on the input", defineModel({ provider, input, credits: () => 0 })],
  ])("refuses a model with %s", async (_, priced) => {
    const composing = testServer({ models: { ...models, priced }, credits: false });
    await expect(composing).rejects.toThrow('The model "priced" has a price, but credits is false');
  });
});
