import { describe, expect, it } from "vitest";
import { callContext } from "../../../../testing/call-context.js";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { createComfyuiVendor } from "../../../../testing/vendors/comfyui-vendor.js";
import { type InputFiles, InputFileUnavailable } from "../../ports/input-files.js";
import { type ComfyuiOptions, comfyui } from "./comfyui.js";
import { promptIdOf, seedOf } from "./prompt-id.js";

const workflow = {
  "3": { class_type: "KSampler", inputs: { seed: "{{seed:seed}}", batch_size: "{{count:number}}" } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "a photo of {{prompt}}" } },
} as const;
const input = { prompt: "a quiet lake", count: 1 };

function open(options: Partial<ComfyuiOptions> = {}) {
  const vendor = createComfyuiVendor();
  const requested: string[] = [];
  const fetch: typeof globalThis.fetch = (address, init) => {
    const request = new Request(address, init);
    requested.push(`${request.method} ${new URL(request.url).pathname}`);
    return vendor.handle(request);
  };
  const common = { apiKey: "the-key", baseUrl: "http://gpu.internal:8188", fetch, listenMs: 0, ...options };
  return { vendor, requested, common, provider: comfyui(workflow, common) };
}

describe("comfyui submit", () => {
  it("sends the filled workflow, with ids from the token", async () => {
    const scene = open({ extraData: { api_key_comfy_org: "key" } });
    const outcome = await scene.provider.submit(submitRequest({ input }));
    const id = await promptIdOf("token-1");
    expect(outcome).toEqual({ type: "accepted", operation: { id } });
    expect(scene.vendor.paid[0]?.body).toEqual({
      prompt: {
        "3": { class_type: "KSampler", inputs: { seed: await seedOf("token-1"), batch_size: 1 } },
        "6": { class_type: "CLIPTextEncode", inputs: { text: "a photo of a quiet lake" } },
      },
      prompt_id: id,
      client_id: id,
      extra_data: { api_key_comfy_org: "key" },
    });
  });

  it("requests previews if they are enabled, and keeps a seed of the input", async () => {
    const scene = open({ previews: true });
    await scene.provider.submit(submitRequest({ input: { ...input, seed: 7 } }));
    expect(scene.vendor.paid[0]?.body).toMatchObject({
      extra_data: { preview_method: "auto" },
      prompt: { "3": { inputs: { seed: 7 } } },
    });
  });

  it("sends custom headers to the default address without a key", async () => {
    const seen: Request[] = [];
    const provider = comfyui(workflow, {
      headers: { "x-proxy": "studio" },
      fetch: async (address, init) => {
        seen.push(new Request(address, init));
        return Response.json({ prompt_id: "p1" });
      },
    });
    await provider.submit(submitRequest({ input }));
    expect(seen.map(({ url }) => url)).toEqual(["http://127.0.0.1:8188/prompt"]);
    expect(seen[0]?.headers.get("x-proxy")).toBe("studio");
    expect(seen[0]?.headers.has("authorization")).toBe(false);
    expect(seen[0]?.headers.has("origin")).toBe(false);
  });

  it.each([
    ["a missing text", { count: 1 }],
    ["a string for a number", { prompt: "a quiet lake", count: "1" }],
    ["NaN", { prompt: "a quiet lake", count: Number.NaN }],
    ["a fractional seed", { prompt: "a quiet lake", count: 1, seed: 0.5 }],
  ])("sends nothing for %s", async (_, wrong) => {
    const scene = open();
    // An imported workflow has no types.
    const outcome = await scene.provider.submit(submitRequest({ input: wrong as unknown as typeof input }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
    expect(JSON.stringify(outcome)).not.toContain("lake");
    expect(scene.requested).toEqual([]);
  });

  it.each(["invalid_input", "not_found", "unauthenticated", "forbidden", "rate_limited"] as const)(
    "rejects a workflow that was refused with %s",
    async (code) => {
      const scene = open();
      scene.vendor.plan({ type: "refuse", code, retryAfter: "2" });
      const outcome = await scene.provider.submit(submitRequest({ input }));
      expect(outcome).toMatchObject({ type: "rejected", failure: { code } });
      expect(JSON.stringify(outcome)).not.toContain("lake");
    },
  );

  it("reports the affected nodes and their errors", async () => {
    const scene = open();
    scene.vendor.plan({ type: "refuse", code: "invalid_input" });
    expect(await scene.provider.submit(submitRequest({ input }))).toMatchObject({
      failure: {
        message:
          "ComfyUI refused the workflow: prompt_outputs_failed_validation; 4 CheckpointLoaderSimple (value_not_in_list).",
      },
    });
  });

  it.each([
    { type: "garbage" },
    { type: "broken" },
    { type: "lose", accepted: true },
    { type: "lose", accepted: false },
  ] as const)("is unknown after %j, and findByToken finds an accepted job", async (behavior) => {
    const scene = open();
    scene.vendor.plan(behavior);
    const outcome = await scene.provider.submit(submitRequest({ input }));
    expect(outcome.type).toBe("unknown");
    const found = await scene.provider.findByToken?.("token-1", callContext);
    expect(found).toEqual(
      scene.vendor.paid.length === 0
        ? { type: "unknown" }
        : { type: "found", operation: { id: await promptIdOf("token-1") } },
    );
  });
});

describe("an image of the input", () => {
  const reference = "inp_01890a5d-ac96-774b-bcce-b302099a8057";
  const files: InputFiles = {
    read: async () => ({ bytes: tinyPng(9), contentType: "image/webp" }),
    urlOf: async () => "https://studio.example/image",
  };
  const editing = { "1": { class_type: "LoadImage", inputs: { image: "{{photo:image}}" } } } as const;

  it("is uploaded first, and the node receives its file name", async () => {
    const { requested, common, vendor } = open();
    await comfyui(editing, common).submit(submitRequest({ input: { photo: reference }, files }));
    expect(requested).toEqual(["POST /upload/image", "POST /prompt"]);
    expect([...vendor.uploads]).toEqual([[`safelight/${reference}.webp`, tinyPng(9)]]);
    expect(vendor.paid[0]?.body).toMatchObject({
      prompt: { "1": { inputs: { image: `safelight/${reference}.webp` } } },
    });
  });

  it("stops the request if it was deleted", async () => {
    const { requested, common } = open();
    const outcome = comfyui(editing, common).submit(submitRequest({ input: { photo: reference } }));
    await expect(outcome).rejects.toSatisfy(InputFileUnavailable.isInstance);
    expect(requested).toEqual([]);
  });

  it("is refused for a text placeholder", async () => {
    const { requested, common } = open();
    const loading = { "1": { class_type: "LoadImage", inputs: { image: "{{photo}}" } } } as const;
    const outcome = await comfyui(loading, common).submit(submitRequest({ input: { photo: reference }, files }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
    expect(requested).toEqual([]);
  });

  it.each(["example.png", "../secret.png", "https://studio.example/a.png"])(
    "must be a reference: the file %s could belong to another owner",
    async (photo) => {
      const { requested, common } = open();
      const outcome = await comfyui(editing, common).submit(submitRequest({ input: { photo }, files }));
      expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
      expect(requested).toEqual([]);
    },
  );

  it.each([
    [413, "invalid_input"],
    [500, "provider_unavailable"],
    [200, "provider_unavailable"],
  ])("rejects without payment if the upload fails with %i", async (status, code) => {
    const { common, vendor } = open();
    const fetch = async () => new Response("<html></html>", { status });
    const outcome = await comfyui(editing, { ...common, fetch }).submit(
      submitRequest({ input: { photo: reference }, files }),
    );
    expect(outcome).toMatchObject({ type: "rejected", failure: { code } });
    expect(vendor.paid).toEqual([]);
  });

  it("is uploaded later if the server asks for a delay, by the given clock", async () => {
    const { common } = open({ now: () => Date.parse("2026-11-20T10:00:00Z") });
    const headers = { "retry-after": "Fri, 20 Nov 2026 10:01:00 GMT" };
    const fetch = async () => new Response(null, { status: 429, headers });
    const provider = comfyui(editing, { ...common, fetch });
    const outcome = await provider.submit(submitRequest({ input: { photo: reference }, files }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "rate_limited", retryAfterMs: 60_000 } });
  });
});
