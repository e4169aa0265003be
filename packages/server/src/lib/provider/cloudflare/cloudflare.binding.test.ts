import { describe, expect, it } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { endlessBytes } from "../../../../testing/vendors/endless-bytes.js";
import { toBase64 } from "../../bytes/base64.js";
import type { ProviderErrorCode } from "../../generation/provider-failure.js";
import { cloudflare } from "./cloudflare.js";
import type { WorkersAi } from "./run-by-binding.js";

const input = { prompt: "a lamp in the dark" };
const schnell = "@cf/black-forest-labs/flux-1-schnell";
const png = toBase64(tinyPng());
const bytes = () => tinyPng().slice();

/** Submits through a binding with this `run`. */
function submitTo(run: WorkersAi["run"], maxOutputBytes = 1_000_000) {
  return cloudflare(schnell, { binding: { run } }).submit(submitRequest({ input, maxOutputBytes }));
}

describe("cloudflare through its binding", () => {
  it("passes the model, its input and the signal, and needs no key", async () => {
    const { signal } = new AbortController();
    const calls: unknown[][] = [];
    const binding: WorkersAi = {
      run: async (...given) => {
        calls.push(given);
        return { image: png };
      },
    };
    await cloudflare(schnell, { binding }).submit(submitRequest({ input, signal }));
    expect(calls).toEqual([[schnell, input, { signal }]]);
  });

  it("turns off the retries of a gateway", async () => {
    const calls: unknown[] = [];
    const binding: WorkersAi = {
      run: async (_model, _inputs, options) => {
        calls.push(options?.gateway);
        return { image: png };
      },
    };
    await cloudflare(schnell, { binding, gateway: { id: "mine", skipCache: true } }).submit(submitRequest({ input }));
    expect(calls).toEqual([{ id: "mine", skipCache: true, retries: { maxAttempts: 1 } }]);
  });

  it("passes a form as a stream with its boundary", async () => {
    let form: FormData | null = null;
    const binding: WorkersAi = {
      run: async (_model, inputs) => {
        const { body, contentType } = inputs.multipart as { body: ReadableStream; contentType: string };
        form = await new Response(body, { headers: { "content-type": contentType } }).formData();
        return { image: png };
      },
    };
    await cloudflare("@cf/black-forest-labs/flux-2-dev", { binding }).submit(submitRequest({ input }));
    expect(Object.fromEntries(form ?? [])).toEqual(input);
  });

  it("does not run for an image that a form would send as text", async () => {
    const run: WorkersAi["run"] = async () => expect.fail("Expected no run.");
    const nested = { ...input, input_images: ["inp_0191d1f0-0000-7000-8000-000000000001"] };
    const provider = cloudflare("@cf/black-forest-labs/flux-2-dev", { binding: { run } });
    const outcome = await provider.submit(submitRequest({ input: nested }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
  });

  it.each<[string, () => unknown]>([
    ["an object with base64", () => ({ image: png })],
    ["a data URL", () => ({ image: `data:image/png;base64,${png}` })],
    ["base64 alone", () => png],
    ["a stream", () => new Response(bytes()).body],
    ["an object with a stream", () => ({ image: new Response(bytes()).body })],
    ["a buffer", () => bytes().buffer],
    ["bytes", () => bytes()],
    ["a part of a larger buffer", () => Buffer.concat([Buffer.from("before"), bytes()]).subarray(6)],
    ["a response with the image", () => new Response(bytes(), { headers: { "content-type": "image/jpeg" } })],
    ["a response with JSON", () => Response.json({ result: { image: png }, success: true })],
    ["an object with a result", () => ({ result: { image: png } })],
  ])("accepts %s as an image", async (_what, given) => {
    const expected = { bytes: new Uint8Array(tinyPng()), contentType: "image/jpeg" };
    expect(await submitTo(async () => given())).toEqual({ type: "done", outputs: [expected] });
  });

  it.each([[null], [undefined], [7], [true]])("reports an unknown outcome for %j", async (given) => {
    expect((await submitTo(async () => given)).type).toBe("unknown");
  });

  it.each([[{}], [[]], [{ image: null }], [{ image: "" }], ["%%"], [new Uint8Array()]])(
    "fails the output of %j",
    async (given) => {
      expect(await submitTo(async () => given)).toMatchObject({ outputs: [{ failure: { code: "no_output" } }] });
    },
  );

  it.each<[string, ProviderErrorCode]>([
    ["3040: Capacity temporarily exceeded, please try again.", "provider_unavailable"],
    ["InferenceUpstreamError: 3036: you have used up your daily free allocation", "insufficient_credit"],
    ["AiError: AiError: 5007: No such model", "not_found"],
    ["8007: Input prompt contains NSFW content.", "content_blocked"],
    ["AiError: Input prompt contains NSFW content (code 3030)", "content_blocked"],
  ])("parses the error code of %j", async (message, code) => {
    const outcome = await submitTo(() => Promise.reject(new Error(message)));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code } });
    expect(JSON.stringify(outcome)).not.toContain("NSFW");
  });

  it("does not retry after a timeout, which may be paid", async () => {
    const outcome = await submitTo(() => Promise.reject(new Error("3007: Request timeout")));
    expect(outcome).toMatchObject({ type: "done", outputs: [{ failure: { code: "provider_timeout" } }] });
  });

  it.each<[unknown]>([
    [new Error("9999: no such code")],
    [new Error("It painted 3040: a lamp")],
    [new Error("")],
    [new DOMException("secret prompt", "AbortError")],
    ["a text"],
    [null],
  ])("reports an unknown outcome for %s without its text", async (error) => {
    const outcome = await submitTo(() => Promise.reject(error));
    expect(outcome.type).toBe("unknown");
    expect(JSON.stringify(outcome)).not.toContain("secret prompt");
  });

  it("parses the error code of a Response", async () => {
    const body = { success: false, errors: [{ code: 3040 }] };
    const outcome = await submitTo(async () => Response.json(body, { status: 429 }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "provider_unavailable" } });
    expect((await submitTo(async () => new Response("<html>", { status: 502 }))).type).toBe("unknown");
  });

  it("stops reading at the maximum output size", async () => {
    const stream = await submitTo(async () => endlessBytes(tinyPng()), 100_000);
    const response = await submitTo(async () => new Response(endlessBytes(tinyPng())), 100_000);
    const outputs = [{ failure: { code: "output_rejected" } }];
    expect([stream, response]).toMatchObject([
      { type: "done", outputs },
      { type: "done", outputs },
    ]);
  });

  it("reports an unknown outcome for a broken stream", async () => {
    const stream = new ReadableStream({ pull: (controller) => controller.error(new Error("cut")) });
    const outcome = await submitTo(async () => stream).catch(() => ({ type: "unknown" }));
    expect(outcome.type).toBe("unknown");
  });
});
