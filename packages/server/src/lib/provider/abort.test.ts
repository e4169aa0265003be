import { describe, expect, it } from "vitest";
import type { Provider } from "../ports/provider.js";
import { comfyui } from "./comfyui/comfyui.js";
import { fal } from "./fal/fal.js";
import { openaiResponses } from "./openai/openai-responses.js";
import { replicate } from "./replicate/replicate.js";

type Call = (provider: Provider<never>, signal: AbortSignal) => Promise<unknown> | undefined;

/** Never responds, and rejects on abort, as `fetch` does. */
const fetch: typeof globalThis.fetch = (_address, init) =>
  new Promise((_resolve, reject) => {
    if (init?.signal?.aborted === true) reject(init.signal.reason);
    init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
  });

const job = "https://queue.fal.run/fal-ai/flux/requests/r1";
const falOperation = { requestId: "r1", statusUrl: `${job}/status`, responseUrl: job, cancelUrl: `${job}/cancel` };
const options = { apiKey: "key", fetch };

describe("an adapter whose vendor never responds", () => {
  it.each<[string, Provider<never>, Call]>([
    ["fal to cancel", fal("fal-ai/flux/dev", options), (it, signal) => it.cancel?.(falOperation, { signal })],
    ["Replicate to cancel", replicate("a/b", options), (it, signal) => it.cancel?.({ id: "p1" }, { signal })],
    [
      "OpenAI to cancel",
      openaiResponses("gpt-image-2", { ...options, textModel: "gpt" }),
      (it, signal) => it.cancel?.({ responseId: "resp_1" }, { signal }),
    ],
    ["ComfyUI to cancel", comfyui({}, options), (it, signal) => it.cancel?.({ id: "p1" }, { signal })],
    ["ComfyUI for a lost job", comfyui({}, options), (it, signal) => it.findByToken?.("token-1", { signal })],
  ])("aborts the request to %s", async (_name, provider, call) => {
    const controller = new AbortController();
    const response = call(provider, controller.signal);
    const isCalled = response !== undefined;
    setTimeout(() => controller.abort(new Error("the caller gave up")));
    await expect(response).rejects.toThrow();
    expect(isCalled).toBe(true);
  });
});
