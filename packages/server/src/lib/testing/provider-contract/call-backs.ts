import { expect, it } from "vitest";
import type { ProviderBench } from "./bench.js";

const noCallBacks = "Its vendor does not call back.";

/** What a provider promises about call-backs. */
export function describeCallBacks<Input>(bench: () => ProviderBench<Input>): void {
  it("believes no call-back that says nothing", async ({ skip }) => {
    const { provider } = bench().subject;
    if (provider.verifyWebhook === undefined) return skip(noCallBacks);
    for (const body of ["", "{}", "not JSON"]) {
      const raw = { method: "POST", headers: new Headers(), body: new TextEncoder().encode(body) };
      expect(await provider.verifyWebhook(raw)).toBeNull();
    }
  });

  it("believes a call-back as the vendor signs it, about the job that it names", async ({ skip }) => {
    const { callBack, inputs, provider } = bench().subject;
    if (provider.verifyWebhook === undefined) return skip(noCallBacks);
    const operation = await bench().accept(inputs.succeeding);
    const facts = await provider.verifyWebhook(await signed(callBack));
    expect(facts?.requestId).toEqual(expect.any(String));
    expect(facts?.requestId).toBe(provider.requestIdOf?.(operation));
  });

  it("believes no call-back whose body was changed after it was signed", async ({ skip }) => {
    const { callBack, inputs, provider } = bench().subject;
    if (provider.verifyWebhook === undefined) return skip(noCallBacks);
    await bench().accept(inputs.succeeding);
    const raw = await signed(callBack);
    // As good a JSON as before.
    const body = new Uint8Array([...raw.body, 0x20]);
    expect(await provider.verifyWebhook({ ...raw, body })).toBeNull();
  });

  it("believes no call-back without its signature, or takes it for a hint about a job that is known", async ({
    skip,
  }) => {
    const { callBack, inputs, provider } = bench().subject;
    if (provider.verifyWebhook === undefined) return skip(noCallBacks);
    await bench().accept(inputs.succeeding);
    const raw = await signed(callBack);
    const known = await provider.verifyWebhook(raw);
    const hint = await provider.verifyWebhook({ ...raw, headers: new Headers() });
    if (hint === null) return;
    expect(hint).not.toHaveProperty("operation");
    expect(hint.deliveryId).not.toBe(known?.deliveryId);
  });
}

function signed<Input>(callBack: ProviderBench<Input>["subject"]["callBack"]) {
  if (callBack === undefined) throw new Error("The subject of an adapter that hears call-backs needs callBack.");
  return callBack("token-1");
}
