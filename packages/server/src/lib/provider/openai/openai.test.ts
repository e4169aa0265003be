import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import type { FakeVendor } from "../../../../testing/vendors/fake-vendor.js";
import { createOpenaiVendor } from "../../../../testing/vendors/openai-vendor.js";
import { type ServedVendor, serveVendor } from "../../../../testing/vendors/serve-vendor.js";
import type { SubmitProgress, SubmitRequest } from "../../ports/provider.js";
import { openai } from "./openai.js";
import type { OpenaiInput } from "./openai-input.js";

const reference = "inp_01890a5d-ac96-774b-bcce-b302099a8057";
let vendor: FakeVendor;
let served: ServedVendor;

beforeEach(async () => {
  vendor = createOpenaiVendor();
  served = await serveVendor(vendor);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await served.close();
});

function submit(input: OpenaiInput, request: Partial<SubmitRequest<OpenaiInput>> = {}, options = {}) {
  const provider = openai("gpt-image-2", { apiKey: "the-key", baseUrl: served.origin, ...options });
  return provider.submit(submitRequest({ input, ...request }));
}

const costs = [
  { amount: 272, unit: "output-tokens" },
  { amount: 12, unit: "text-input-tokens" },
];

describe("openai", () => {
  it("requests one image as a stream, and reports previews", async () => {
    const news: SubmitProgress[] = [];
    const input = { prompt: "a lake", size: "1536x1024", quality: "low", safety_identifier: "5f1e" } as const;
    const outcome = await submit(input, { onProgress: (one) => news.push(one) }, { partialImages: 3 });
    expect(vendor.paid[0]?.body).toEqual({ ...input, model: "gpt-image-2", stream: true, partial_images: 3 });
    expect(outcome).toEqual({
      type: "done",
      outputs: [{ bytes: tinyPng(), contentType: "image/png" }],
      costs,
    });
    expect(news.map(({ preview }) => preview?.bytes)).toEqual([tinyPng(200), tinyPng(201), tinyPng(202)]);
  });

  it("requests no previews by default", async () => {
    const news: SubmitProgress[] = [];
    await submit({ prompt: "a lake" }, { onProgress: (one) => news.push(one) });
    expect(vendor.paid[0]?.body).toMatchObject({ stream: true, partial_images: 0 });
    expect(news).toEqual([]);
    expect(openai("gpt-image-2").capabilities.previews).toBe(false);
    expect(openai("gpt-image-2", { partialImages: 1 }).capabilities.previews).toBe(true);
  });

  it("requests several images, or a GIF, without a stream", async () => {
    const outcome = await submit({ prompt: "lakes", n: 3 });
    expect(vendor.paid[0]?.body).toEqual({ prompt: "lakes", n: 3, model: "gpt-image-2" });
    expect(outcome).toMatchObject({ type: "done", costs });
    expect(outcome.type === "done" && outcome.outputs.length).toBe(3);
    await submit({ prompt: "a lake", output_format: "gif" });
    expect(vendor.paid[1]?.body).not.toHaveProperty("stream");
  });

  it("reports why each image is missing, in order", async () => {
    vendor.plan({ type: "partial" });
    const outcome = await submit({ prompt: "lakes", n: 2 });
    expect(outcome).toMatchObject({ outputs: [{ failure: { code: "no_output" } }, { bytes: tinyPng(1) }] });
    vendor.plan({ type: "fail", code: "content_blocked" });
    expect(await submit({ prompt: "lakes", n: 2 })).toMatchObject({
      type: "done",
      outputs: [{ failure: { code: "content_blocked" } }],
      costs,
    });
  });

  it("edits uploaded images", async () => {
    const read = vi.fn(async () => ({ bytes: tinyPng(7), contentType: "image/png" }));
    const files = { read, urlOf: async () => null };
    const mask = `data:image/png;base64,${btoa(String.fromCharCode(...tinyPng(9)))}`;
    const outcome = await submit(
      { prompt: "more fog", image: [reference, reference], mask, quality: undefined },
      { files },
    );
    expect(outcome).toMatchObject({ type: "done", outputs: [{ bytes: tinyPng() }] });
    const body = vendor.paid[0]?.body as Readonly<Record<string, File | readonly File[]>>;
    expect(body).toMatchObject({ prompt: "more fog", model: "gpt-image-2", stream: "true", partial_images: "0" });
    expect(Object.keys(body).sort()).toEqual(["image[]", "mask", "model", "partial_images", "prompt", "stream"]);
    const [first, second] = body["image[]"] as readonly [File, File];
    expect([first.name, first.type, second.name]).toEqual(["image-1.png", "image/png", "image-2.png"]);
    expect(new Uint8Array(await first.arrayBuffer())).toEqual(tinyPng(7));
    expect(new Uint8Array(await (body.mask as File).arrayBuffer())).toEqual(tinyPng(9));
  });

  it("sends no paid request for a deleted or misplaced image", async () => {
    await expect(submit({ prompt: "more fog", image: reference })).rejects.toThrow("is not available");
    for (const image of ["https://169.254.169.254/", "file:///etc/passwd", "data:image/png;base64,***", "inp_1"]) {
      const outcome = await submit({ prompt: "more fog", image });
      expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
    }
    const hidden = { prompt: "more fog", style: { image: reference } };
    for (const input of [hidden, { prompt: "more fog", mask: reference }, { prompt: "more fog", markup: reference }])
      expect(await submit(input)).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
    expect(vendor.paidAttempts).toBe(0);
  });

  it("reads the key at each use, and sends nothing without one", async () => {
    const provider = openai("gpt-image-2", { baseUrl: served.origin });
    vi.stubEnv("OPENAI_API_KEY", "the-key");
    expect(await provider.submit(submitRequest({ input: { prompt: "a lake" } }))).toMatchObject({ type: "done" });
    vi.stubEnv("OPENAI_API_KEY", "");
    const outcome = await provider.submit(submitRequest({ input: { prompt: "a lake" } }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "unauthenticated" } });
    expect(vendor.paidAttempts).toBe(1);
    expect(await submit({ prompt: "a lake" }, {}, { apiKey: "wrong" })).toMatchObject({
      failure: { code: "unauthenticated" },
    });
  });

  it("recognizes each refusal of the vendor", async () => {
    for (const code of vendor.refusals) {
      vendor.plan({ type: "refuse", code });
      expect(await submit({ prompt: "a lake" })).toMatchObject({ type: "rejected", failure: { code } });
    }
    expect(vendor.paid).toHaveLength(0);
  });

  it.each([
    { type: "garbage" },
    { type: "broken" },
    { type: "lose", accepted: true },
    { type: "lose", accepted: false },
  ] as const)("reports an unknown outcome after %j", async (behavior) => {
    vendor.plan(behavior);
    expect((await submit({ prompt: "a lake" })).type).toBe("unknown");
    expect((await submit({ prompt: "lakes", n: 2 })).type).toBe("unknown");
    expect(vendor.paidAttempts).toBe(2);
  });

  it("reports a preview before the image, and an unknown outcome if the socket is destroyed", async () => {
    let outgoing: ServerResponse | undefined;
    const server = createServer((_, response) => {
      outgoing = response.writeHead(200, { "content-type": "text/event-stream" });
      const b64_json = btoa(String.fromCharCode(...tinyPng(5)));
      outgoing.write(`data: ${JSON.stringify({ type: "image_generation.partial_image", b64_json })}\n\n`);
      outgoing.write('data: {"type":"image_generation.completed","b64_json":"iVBORw0');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const shown = vi.fn();
    const outcome = submit({ prompt: "a lake" }, { onProgress: shown }, { baseUrl: `http://127.0.0.1:${port}` });
    await expect.poll(() => shown).toHaveBeenCalledOnce();
    outgoing?.destroy();
    expect(await outcome).toMatchObject({ type: "unknown", reason: expect.stringContaining("stream broke") });
    server.close();
  });

  it("stops reading at the maximum output size", async () => {
    vendor.plan({ type: "huge" });
    for (const n of [1, 2]) {
      const outcome = await submit({ prompt: "a lake", n }, { maxOutputBytes: 100_000 });
      expect(outcome).toMatchObject({ type: "done", outputs: [{ failure: { code: "output_rejected" } }] });
    }
  });

  it("rejects an unreachable server, and follows no redirect with the key", async () => {
    await served.close();
    expect(await submit({ prompt: "a lake" })).toMatchObject({
      type: "rejected",
      failure: { code: "provider_unavailable" },
    });
    const fetch = vi.fn(
      async () => new Response(null, { status: 307, headers: { location: "https://evil.example/" } }),
    );
    expect((await submit({ prompt: "a lake" }, {}, { fetch })).type).toBe("unknown");
    expect(fetch).toHaveBeenCalledExactlyOnceWith(expect.anything(), expect.objectContaining({ redirect: "manual" }));
  });

  it("stops when the signal aborts", async () => {
    const hanging = vi.fn<typeof fetch>(
      (_, init) =>
        new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("aborted")))),
    );
    const giveUp = new AbortController();
    const outcome = submit({ prompt: "a lake" }, { signal: giveUp.signal }, { fetch: hanging });
    await expect.poll(() => hanging).toHaveBeenCalledOnce();
    giveUp.abort();
    expect((await outcome).type).toBe("unknown");
  });

  it("parses a response that a proxy buffered", async () => {
    const data = [{ b64_json: btoa(String.fromCharCode(...tinyPng(3))) }];
    const gathering = (body: unknown) => submit({ prompt: "a lake" }, {}, { fetch: async () => Response.json(body) });
    expect(await gathering({ data, output_format: "png" })).toEqual({
      type: "done",
      outputs: [{ bytes: tinyPng(3), contentType: "image/png" }],
    });
    expect(await gathering({ error: { code: "moderation_blocked" } })).toMatchObject({
      outputs: [{ failure: { code: "content_blocked" } }],
    });
    for (const body of [null, 7, [], {}, { data: null }]) expect((await gathering(body)).type).toBe("unknown");
    expect(await gathering({ data: [null, 7, {}], usage: null })).toMatchObject({ outputs: [{ failure: {} }, {}, {}] });
  });
});
