import { expect, it } from "vitest";
import type { ProviderBench } from "./bench.js";

const noWebhooks = "The vendor has no webhooks.";

/** Contract of webhooks. */
export function describeWebhooks<Input>(bench: () => ProviderBench<Input>): void {
  it("refuses a webhook without content", async ({ skip }) => {
    const { provider } = bench().subject;
    if (provider.verifyWebhook === undefined) return skip(noWebhooks);
    for (const body of ["", "{}", "not JSON"]) {
      const raw = { method: "POST", headers: new Headers(), body: new TextEncoder().encode(body) };
      expect(await provider.verifyWebhook(raw)).toBeNull();
    }
  });

  it("accepts a webhook that the vendor signed, and returns its job id", async ({ skip }) => {
    const { createWebhook, inputs, provider } = bench().subject;
    if (provider.verifyWebhook === undefined) return skip(noWebhooks);
    const operation = await bench().accept(inputs.succeeding);
    const facts = await provider.verifyWebhook(await signed(createWebhook));
    expect(facts?.requestId).toEqual(expect.any(String));
    expect(facts?.requestId).toBe(provider.requestIdOf?.(operation));
  });

  it("refuses a webhook whose body was changed after it was signed", async ({ skip }) => {
    const { createWebhook, inputs, provider } = bench().subject;
    if (provider.verifyWebhook === undefined) return skip(noWebhooks);
    await bench().accept(inputs.succeeding);
    const raw = await signed(createWebhook);
    // Still valid JSON.
    const body = new Uint8Array([...raw.body, 0x20]);
    expect(await provider.verifyWebhook({ ...raw, body })).toBeNull();
  });

  it("refuses a webhook without a signature, or accepts it as a hint about a known job", async ({ skip }) => {
    const { createWebhook, inputs, provider } = bench().subject;
    if (provider.verifyWebhook === undefined) return skip(noWebhooks);
    await bench().accept(inputs.succeeding);
    const raw = await signed(createWebhook);
    const known = await provider.verifyWebhook(raw);
    const hint = await provider.verifyWebhook({ ...raw, headers: new Headers() });
    if (hint === null) return;
    expect(hint).not.toHaveProperty("operation");
    expect(hint.deliveryId).not.toBe(known?.deliveryId);
  });
}

function signed<Input>(createWebhook: ProviderBench<Input>["subject"]["createWebhook"]) {
  if (createWebhook === undefined) throw new Error("The subject of an adapter with verifyWebhook needs createWebhook.");
  return createWebhook("token-1");
}
