import { createOpenAI } from "@ai-sdk/openai";
import { APICallError, type ImageModelV3 } from "@ai-sdk/provider";
import { NoImageGeneratedError } from "ai";
import { MockImageModelV3, MockImageModelV4 } from "ai/test";
import { describe, expect, it } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { createOpenaiVendor } from "../../../../testing/vendors/openai-vendor.js";
import { toBase64 } from "../../bytes/base64.js";
import type { ProviderOutput } from "../../ports/provider.js";
import { aiSdk } from "./ai-sdk.js";
import type { AiSdkCall, AiSdkImageModel, AiSdkResult } from "./image-model.js";

type Result = Awaited<ReturnType<ImageModelV3["doGenerate"]>> & { isRetryable?: boolean };

const result = (change: Partial<Result> = {}): Result => ({
  images: [toBase64(tinyPng())],
  warnings: [],
  response: { timestamp: new Date(0), modelId: "fake", headers: undefined },
  ...change,
});
const bytesIn = (outputs: readonly ProviderOutput[]) =>
  outputs.map((output) => ("bytes" in output ? output.bytes : null));

/** A model of the oldest version. No current package creates one. */
function modelV2(doGenerate: (call: AiSdkCall) => Promise<AiSdkResult>): AiSdkImageModel {
  return {
    specificationVersion: "v2",
    provider: "old.image",
    modelId: "old",
    maxImagesPerCall: 1,
    doGenerate,
  };
}

describe("aiSdk", () => {
  it("accepts models of versions 2, 3 and 4, and passes each the keys that its version defines", async () => {
    const requested: AiSdkCall[] = [];
    const doGenerate = async (call: object) => {
      // `call` is the argument of the adapter.
      requested.push(call as AiSdkCall);
      return result();
    };
    const input = { prompt: "a lake", size: "512x512", seed: 7 };
    for (const model of [
      modelV2(doGenerate),
      new MockImageModelV3({ doGenerate }),
      new MockImageModelV4({ doGenerate }),
    ]) {
      const outcome = await aiSdk(model).submit(submitRequest({ input }));
      expect(outcome.type === "done" && bytesIn(outcome.outputs)).toEqual([tinyPng()]);
    }
    const common = ["prompt", "n", "size", "aspectRatio", "seed", "providerOptions", "abortSignal", "headers"];
    expect(requested.map((call) => Object.keys(call))).toEqual([
      common,
      [...common, "files", "mask"],
      [...common, "files", "mask"],
    ]);
    expect(requested[2]).toMatchObject({ ...input, n: 1, aspectRatio: undefined, providerOptions: {} });
  });

  it("passes the abort signal on", async () => {
    const controller = new AbortController();
    let given: AbortSignal | undefined;
    const model = new MockImageModelV4({
      doGenerate: async ({ abortSignal }) => {
        given = abortSignal;
        return result();
      },
    });
    await aiSdk(model).submit(submitRequest({ input: { prompt: "a lake" }, signal: controller.signal }));
    expect(given).toBe(controller.signal);
  });

  it("splits a request into calls with separate seeds, and reports how many have finished", async () => {
    const calls: (readonly [n: number, seed: number | undefined])[] = [];
    const progress: (number | null)[] = [];
    const model = new MockImageModelV4({
      maxImagesPerCall: async ({ modelId }) => (modelId === "mock-model-id" ? 2 : undefined),
      doGenerate: async ({ n, seed }) => {
        calls.push([n, seed]);
        return result({ images: Array.from({ length: n }, (_, index) => tinyPng((seed ?? 0) + index)) });
      },
    });
    const request = submitRequest({
      input: { prompt: "a lake", n: 5, seed: 10 },
      onProgress: (news) => progress.push(news.progress),
    });
    const outcome = await aiSdk(model).submit(request);
    expect(calls).toEqual([
      [2, 10],
      [2, 12],
      [1, 14],
    ]);
    expect(outcome.type === "done" && bytesIn(outcome.outputs)).toEqual([10, 11, 12, 13, 14].map(tinyPng));
    expect(progress).toEqual([1 / 3, 2 / 3, 1]);
  });

  it("requests one image per call if the model reports no limit", async () => {
    let calls = 0;
    const doGenerate = async () => {
      calls += 1;
      return result();
    };
    for (const maxImagesPerCall of [undefined, 0, Number.NaN]) {
      calls = 0;
      await aiSdk({ ...modelV2(doGenerate), maxImagesPerCall }).submit(submitRequest({ input: { prompt: "x", n: 3 } }));
      expect(calls).toBe(3);
    }
  });

  it("keeps the images of other calls if one call fails, in order", async () => {
    const model = new MockImageModelV4({
      maxImagesPerCall: 1,
      doGenerate: async ({ seed }) => {
        if (seed === 0) throw refusal(429);
        if (seed === 1) throw refusal(500);
        return result();
      },
    });
    const outcome = await aiSdk(model).submit(submitRequest({ input: { prompt: "a lake", n: 3, seed: 0 } }));
    expect(outcome).toMatchObject({
      type: "done",
      outputs: [{ failure: { code: "rate_limited" } }, { failure: { code: "submit_unknown" } }, { bytes: tinyPng() }],
    });
  });

  it("is unknown if one call is unknown and none succeeded, and reports the non-retryable failure if all are refused", async () => {
    const failing = (statuses: readonly number[]) =>
      new MockImageModelV4({
        maxImagesPerCall: 1,
        doGenerate: async ({ seed = 0 }) => {
          throw refusal(statuses[seed] ?? 400);
        },
      });
    const input = { prompt: "a lake", n: 2, seed: 0 };
    const unknown = await aiSdk(failing([429, 500])).submit(submitRequest({ input }));
    expect(unknown).toEqual({ type: "unknown", reason: expect.stringContaining("500") });
    const refused = await aiSdk(failing([429, 401])).submit(submitRequest({ input }));
    expect(refused).toMatchObject({ type: "rejected", failure: { code: "unauthenticated" } });
  });

  it.each<readonly [what: string, change: Partial<Result>, code: string]>([
    ["no sign of a filter", {}, "no_output"],
    ["isRetryable: false", { isRetryable: false }, "content_blocked"],
    ["a flag", { providerMetadata: { fal: { images: [{ nsfw: true }] } } }, "content_blocked"],
    [
      "a finish reason",
      { providerMetadata: { google: { images: [], finishReason: "IMAGE_SAFETY" } } },
      "content_blocked",
    ],
    [
      "flags that are false",
      { providerMetadata: { fal: { images: [], nsfw: false, blockReason: null } } },
      "no_output",
    ],
  ])("treats a response without images as paid, with %s", async (_, change, code) => {
    const model = new MockImageModelV4({ doGenerate: async () => result({ images: [], ...change }) });
    const outcome = await aiSdk(model).submit(submitRequest({ input: { prompt: "a lake" } }));
    expect(outcome).toMatchObject({ type: "done", outputs: [{ failure: { code } }] });
  });

  it("treats NoImageGeneratedError as paid and does not retry", async () => {
    const model = new MockImageModelV4({
      doGenerate: async () => {
        throw new NoImageGeneratedError({});
      },
    });
    const outcome = await aiSdk(model).submit(submitRequest({ input: { prompt: "a lake" } }));
    expect(outcome).toMatchObject({ type: "done", outputs: [{ failure: { code: "no_output" } }] });
  });

  it("fails an image that the metadata marks as filtered, and output that is not an image", async () => {
    const images = [toBase64(tinyPng(1)), toBase64(tinyPng(2)), "%%%", ""];
    const providerMetadata = { fal: { images: [{ nsfw: true }, { nsfw: false }] } };
    const model = new MockImageModelV4({
      maxImagesPerCall: 5,
      doGenerate: async () => result({ images, providerMetadata }),
    });
    const outcome = await aiSdk(model).submit(submitRequest({ input: { prompt: "a lake", n: 5 } }));
    expect(outcome).toMatchObject({
      type: "done",
      outputs: [
        { failure: { code: "content_blocked" } },
        { bytes: tinyPng(2) },
        { failure: { code: "no_output" } },
        { failure: { code: "no_output" } },
        { failure: { code: "content_blocked" } },
      ],
    });
  });

  it("is unknown if the model returns no list of images", async () => {
    // Third-party packages may break their types.
    const model = modelV2(async () => ({ images: undefined }) as unknown as AiSdkResult);
    const outcome = await aiSdk(model).submit(submitRequest({ input: { prompt: "a lake" } }));
    expect(outcome.type).toBe("unknown");
  });

  it("reports the tokens or the credits of all calls", async () => {
    const usage = { inputTokens: 1, outputTokens: 100, totalTokens: 101 };
    const credits = { blackForestLabs: { images: [{ cost: 3, seed: 1 }] } };
    const withTokens = new MockImageModelV4({ maxImagesPerCall: 1, doGenerate: async () => result({ usage }) });
    const withCredits = new MockImageModelV4({ doGenerate: async () => result({ providerMetadata: credits }) });
    const input = { prompt: "a lake", n: 2 };
    expect(await aiSdk(withTokens).submit(submitRequest({ input }))).toMatchObject({
      costs: [
        { amount: 200, unit: "output-tokens" },
        { amount: 2, unit: "input-tokens" },
      ],
    });
    expect(await aiSdk(withCredits).submit(submitRequest({ input: { prompt: "a lake" } }))).toMatchObject({
      costs: [{ amount: 3, unit: "bfl-credits" }],
    });
  });

  it("reports each warning with its generation", async () => {
    const warning = { type: "unsupported", feature: "seed" } as const;
    const reported: unknown[] = [];
    const model = new MockImageModelV4({ modelId: "flux", doGenerate: async () => result({ warnings: [warning] }) });
    const provider = aiSdk(model, { onWarning: (one) => reported.push(one) });
    await provider.submit(submitRequest({ input: { prompt: "a lake" } }));
    expect(reported).toEqual([{ modelId: "flux", generationId: "gen_of_token-1", warning }]);
  });

  it("keeps a paid image if onWarning throws or the warnings are not a list", async () => {
    const onWarning = () => {
      throw new Error("Log full.");
    };
    const warnings = [{ type: "other", message: "" }];
    // Third-party packages may break their types.
    for (const said of [warnings, 7] as unknown as (typeof warnings)[]) {
      const model = modelV2(async () => ({ images: [tinyPng()], warnings: said }));
      const outcome = await aiSdk(model, { onWarning }).submit(submitRequest({ input: { prompt: "a lake" } }));
      expect(outcome).toMatchObject({ type: "done", outputs: [{ bytes: tinyPng() }] });
    }
  });

  it("sends the provider options, which may be a function of the input", async () => {
    const vendor = createOpenaiVendor();
    const fetch: typeof globalThis.fetch = (address, init) => vendor.handle(new Request(address, init));
    const model = createOpenAI({ apiKey: "the-key", baseURL: "https://api.openai.example", fetch }).image(
      "gpt-image-1",
    );
    const provider = aiSdk<{ prompt: string; quality: string }>(model, {
      providerOptions: ({ quality }) => ({ openai: { quality } }),
      headers: { "x-team": "studio" },
    });
    await provider.submit(submitRequest({ input: { prompt: "a lake", quality: "low" } }));
    expect(vendor.paid[0]?.body).toMatchObject({ prompt: "a lake", quality: "low" });
    expect(vendor.paid[0]?.headers.get("x-team")).toBe("studio");
  });

  it("takes its id from the vendor unless one is given", () => {
    const model = new MockImageModelV4({ provider: "black-forest-labs.image-models.and.more" });
    expect(aiSdk(model).id).toBe("ai-sdk-black-forest-labs");
    expect(aiSdk(new MockImageModelV4({ provider: "A very_long name of a vendor (beta)" })).id).toBe(
      "ai-sdk-a-very-long-name-of-a-ven",
    );
    expect(aiSdk(model, { id: "bfl-second" }).id).toBe("bfl-second");
  });

  it.each([
    "openai/gpt-image-1",
    null,
    {},
    { specificationVersion: "v4" },
    { specificationVersion: "v1", doGenerate() {} },
  ])("refuses %j because it is not an image model", (model) => {
    // Hosts without types can pass anything.
    expect(() => aiSdk(model as unknown as AiSdkImageModel)).toThrow(TypeError);
  });
});

function refusal(statusCode: number): APICallError {
  return new APICallError({
    message: "«a lake» was refused",
    url: "https://api.vendor.example/v1/images",
    requestBodyValues: { prompt: "a lake" },
    statusCode,
  });
}
