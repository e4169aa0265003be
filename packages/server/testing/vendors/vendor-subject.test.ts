import { describe, expect, it } from "vitest";
import type { Provider } from "../../src/lib/ports/provider.js";
import { fal } from "../../src/lib/provider/fal/fal.js";
import type { FalInput } from "../../src/lib/provider/fal/fal-input.js";
import { submitRequest } from "../submit-request.js";
import { createFalVendor } from "./fal-vendor.js";
import { vendorSubject } from "./vendor-subject.js";

describe("vendorSubject", () => {
  it("counts paid requests outside of submit, and fails on close", async () => {
    const vendor = createFalVendor();
    let again: () => Promise<unknown> = async () => {};
    const { paidRequests, provider, inputs, close } = await vendorSubject<FalInput>({
      vendor,
      input: (prompt) => ({ prompt }),
      open: (options): Provider<FalInput> => {
        const adapter = fal("fal-ai/flux/dev", options);
        again = () => adapter.submit(submitRequest({ input: { prompt: "twice" } }));
        return {
          ...adapter,
          poll: async () => {
            await again();
            return { type: "running", progress: null };
          },
        };
      },
    });
    const { signal } = new AbortController();
    await provider.submit(submitRequest({ input: inputs.succeeding }));
    expect(await paidRequests("token-1")).toBe(1);
    expect(await paidRequests("token-2")).toBe(0);
    await provider.poll?.(null, { input: inputs.succeeding, token: "token-1", signal });
    expect([await paidRequests("token-1"), await paidRequests("token-2")]).toEqual([2, 1]);
    await expect(close?.()).rejects.toThrow("paid 1 times outside of submit");
  });
});
