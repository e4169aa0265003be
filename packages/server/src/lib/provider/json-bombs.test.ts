import { describe, expect, it } from "vitest";
import { submitRequest } from "../../../testing/submit-request.js";
import type { Provider } from "../ports/provider.js";
import { bfl } from "./bfl/bfl.js";
import { cloudflare } from "./cloudflare/cloudflare.js";
import { comfyui } from "./comfyui/comfyui.js";
import { fal } from "./fal/fal.js";
import { google } from "./google/google.js";
import { openai } from "./openai/openai.js";
import { openaiResponses } from "./openai/openai-responses.js";
import { replicate } from "./replicate/replicate.js";
import { stability } from "./stability/stability.js";

type Open = (options: { readonly apiKey: string; readonly fetch: typeof fetch }) => Provider<never>;

/** Three megabytes with a million objects. The fields that an adapter reads come first. */
const bombOf = (fields: object) => `${JSON.stringify(fields).slice(0, -1)},"more":[${"{},".repeat(1_000_000)}{}]}`;
const workflow = { "1": { class_type: "KSampler", inputs: {} } };
const falUrl = "https://queue.fal.run/a/b/requests/r1";
const falJob = {
  requestId: "r1",
  statusUrl: `${falUrl}/status`,
  responseUrl: falUrl,
  cancelUrl: `${falUrl}/cancel`,
  acceptedAt: 0,
};
const rejected = { failure: { code: "output_rejected" } };
const image = "AQID";

function respondingWith(open: Open, ...bodies: readonly string[]) {
  let requested = 0;
  const respond = async () => {
    requested += 1;
    const body = bodies[Math.min(requested, bodies.length) - 1] ?? "";
    return new Response(body, { headers: { "content-type": "application/json" } });
  };
  return open({ apiKey: "key", fetch: respond });
}

const submitted = (provider: Provider<never>) =>
  provider.submit(submitRequest({ input: { prompt: "a lake", n: 2, num_images: 2 } }) as never);

describe("a vendor whose response is small and expands to much memory", () => {
  it.each<readonly [string, Open, object]>([
    ["openai", (it) => openai("gpt-image-2", it), { data: [{ b64_json: image }] }],
    ["google", (it) => google("gemini-3.1-flash-image", it), { candidates: [] }],
    ["stability", (it) => stability("core", it), { image, finish_reason: "SUCCESS" }],
    ["cloudflare", (it) => cloudflare("@cf/a/b", { ...it, accountId: "a" }), { result: { image } }],
  ])("rejects the outputs of %s", async (_, open, fields) => {
    const outcome = await submitted(respondingWith(open, bombOf(fields)));
    expect(outcome).toMatchObject({ type: "done", outputs: [rejected] });
  });

  it.each<readonly [string, Open, object]>([
    ["fal", (it) => fal("a/b", it), { request_id: "r1" }],
    ["replicate", (it) => replicate("a/b", it), { id: "p1", status: "starting" }],
    ["bfl", (it) => bfl("flux-2-pro", it), { id: "b1" }],
    ["stability, queued", (it) => stability("upscale/creative", it), { id: "s1" }],
    ["openai-responses", (it) => openaiResponses("gpt-image-2", { ...it, textModel: "t" }), { id: "resp_1" }],
    ["comfyui", (it) => comfyui(workflow, { ...it, baseUrl: "http://127.0.0.1:1" }), { prompt_id: "p1" }],
  ])("reports an unknown outcome of a submit to %s", async (_, open, fields) => {
    expect((await submitted(respondingWith(open, bombOf(fields)))).type).toBe("unknown");
  });

  const context = { input: { sync_mode: true }, token: "t", signal: new AbortController().signal } as never;

  it.each<readonly [string, Open, object, readonly string[]]>([
    [
      "fal",
      (it) => fal("a/b", it),
      falJob,
      ['{"status":"COMPLETED"}', bombOf({ images: [{ url: "https://v3.fal.media/a.png" }] })],
    ],
    ["replicate", (it) => replicate("a/b", it), { id: "p1" }, [bombOf({ id: "p1", status: "succeeded", output: [] })]],
    [
      "stability",
      (it) => stability("upscale/creative", it),
      { id: "s1", acceptedAt: 0 },
      [bombOf({ result: image, finish_reason: "SUCCESS" })],
    ],
    [
      "openai-responses",
      (it) => openaiResponses("gpt-image-2", { ...it, textModel: "t" }),
      { responseId: "resp_1" },
      [bombOf({ status: "completed", output: [] })],
    ],
  ])("fails the job of %s", async (_, open, operation, bodies) => {
    const provider = respondingWith(open, ...bodies);
    const status = await provider.poll?.({ ...operation }, context);
    expect(status).toMatchObject({ type: "failed", ...rejected });
  });

  it.each<readonly [string, Open, object]>([
    ["fal", (it) => fal("a/b", it), falJob],
    ["bfl", (it) => bfl("flux-2-pro", it), { id: "b1", pollingUrl: null, acceptedAt: 0 }],
  ])("throws from a poll of %s, so that the worker polls again", async (_, open, operation) => {
    const provider = respondingWith(open, bombOf({ status: "IN_QUEUE" }));
    await expect(provider.poll?.({ ...operation }, context)).rejects.toThrow("Request to");
  });
});
