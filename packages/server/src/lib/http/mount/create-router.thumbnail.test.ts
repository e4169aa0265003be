import type { CompletedGeneration } from "@safelight/client/contract";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { problemOf, testServer } from "../../../../testing/test-server.js";
import { measureMedia } from "../../media/measure-media.js";
import { defineModel } from "../../model/define-model.js";

const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
const create = { width: 900, height: 600, channels: 3, background: "gray", noise } as const;
const large = new Uint8Array(await sharp({ create }).png().toBuffer());
/** The header is complete, and the rest is missing. */
const cut = large.slice(0, 5_000);

/** A server with one completed generation of "ann": of its two outputs the first has a thumbnail. */
async function withThumbnail() {
  const outputs = [large, cut].map((bytes) => ({ bytes, contentType: "image/png" }));
  const provider = scriptedProvider<{ prompt: string }>({ poll: [{ type: "done", outputs }] });
  const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4, outputs: 2 });
  const server = await testServer({ models: { flux } });
  const ann = server.as("ann");
  const { id } = await ann.submit({ prompt: "a cat" });
  // The provider always completes.
  const generation = (await ann.finish(id)) as CompletedGeneration;
  const signed = (generation.outputs[0].thumbnailUrl ?? "").replace("/api/generations", "");
  return { server, id, generation, signed, path: `/${id}/outputs/0/thumbnail` };
}

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

describe("GET /:id/outputs/:index/thumbnail", () => {
  it("is served to its owner and to the holder of the signed URL", async () => {
    const { generation, path, server, signed } = await withThumbnail();
    expect(generation.outputs[0].placeholder).toMatch(/^[\w+/=]{20,40}$/);
    for (const response of [await server.as("ann").get(path), await server.request(null, signed)]) {
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": "image/webp",
        "content-disposition": "inline",
        "content-security-policy": "default-src 'none'; sandbox",
        etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
      });
      expect(measureMedia(await bytesOf(response))).toEqual({ contentType: "image/webp", width: 512, height: 341 });
    }
    expect((await server.as("bob").get(path)).status).toBe(404);
    expect((await server.request(null, path)).status).toBe(401);
  });

  it("supports 304, ranges and a file name as an output does", async () => {
    const { id, path, server } = await withThumbnail();
    const ann = server.as("ann");
    const etag = (await ann.get(path)).headers.get("etag") ?? "";
    expect((await ann.get(path, { "if-none-match": etag })).status).toBe(304);
    expect(await bytesOf(await ann.get(path, { range: "bytes=8-11" }))).toEqual(new TextEncoder().encode("WEBP"));
    const saved = await ann.get(`${path}?download=1`);
    expect(saved.headers.get("content-disposition")).toBe(`attachment; filename="${id}-0-thumbnail.webp"`);
  });

  it("accepts only its own signature, which is valid for nothing else", async () => {
    const { generation, id, server, signed } = await withThumbnail();
    const [, ofThumbnail = ""] = signed.split("?");
    const [, ofOutput = ""] = generation.outputs[0].url.split("?");
    for (const path of [
      `/${id}/outputs/0?${ofThumbnail}`,
      `/${id}/outputs/1/thumbnail?${ofThumbnail}`,
      `/${id}/outputs/0/thumbnail?${ofOutput}`,
    ]) {
      expect([path, (await server.request(null, path)).status]).toEqual([path, 401]);
    }
  });

  it("responds 404 if none was created, and once its generation is deleted", async () => {
    const { generation, id, server, signed } = await withThumbnail();
    expect(generation.outputs[1]).toMatchObject({ thumbnailUrl: null, placeholder: null });
    for (const rest of ["1/thumbnail", "2/thumbnail", "00/thumbnail", "0/preview"]) {
      expect([rest, (await server.as("ann").get(`/${id}/outputs/${rest}`)).status]).toEqual([rest, 404]);
    }
    await server.as("ann").delete(`/${id}`);
    expect((await problemOf(await server.request(null, signed))).code).toBe("not_found");
  });
});
