import { createHash } from "node:crypto";
import type { CompletedGeneration, Output } from "@safelight/client/contract";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import type { SafelightOptions } from "../../compose/options.js";
import { defineModel, type Models } from "../../model/define-model.js";

const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
const create = { width: 900, height: 600, channels: 3, background: "gray", noise } as const;
const large = new Uint8Array(await sharp({ create }).png().toBuffer());

/** The outputs of a completed generation, a large and a small image, and what a server with these options logged. */
async function outputsWith(options: Pick<SafelightOptions<Models>, "scaler" | "thumbnailUrl">) {
  const outputs = [large, tinyPng(128)].map((bytes) => ({ bytes, contentType: "image/png" }));
  const provider = scriptedProvider<{ prompt: string }>({ poll: [{ type: "done", outputs }] });
  const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4, outputs: 2 });
  const server = await testServer({ models: { flux }, ...options });
  const { id } = await server.as("ann").submit({ prompt: "a cat" });
  // The provider always completes, with two outputs.
  const generation = (await server.as("ann").finish(id)) as CompletedGeneration;
  const [first, second] = generation.outputs as [Output, Output];
  return { server, id, first, second };
}

const resize = (url: string, size: number) => `https://cdn.example/${size}${url}`;

const failingUrl = (): never => {
  throw new Error("no CDN");
};

describe("scaler: false", () => {
  it("stores no thumbnail and no placeholder, and keeps the size and the hash of the bytes", async () => {
    const { first, id, server } = await outputsWith({ scaler: false });
    expect(first).toMatchObject({ width: 900, height: 600, thumbnailUrl: null, placeholder: null });
    const bytes = await (await server.as("ann").get(`/${id}/outputs/0`)).arrayBuffer();
    expect(first.sha256).toBe(createHash("sha256").update(new Uint8Array(bytes)).digest("hex"));
    expect((await server.as("ann").get(`/${id}/outputs/0/thumbnail`)).status).toBe(404);
  });
});

describe("thumbnailUrl", () => {
  it("builds the URL of each image that is larger than a thumbnail, in place of a stored one", async () => {
    const { first, second } = await outputsWith({ thumbnailUrl: resize });
    expect(first.thumbnailUrl).toBe(`https://cdn.example/512${first.url}`);
    expect(second.thumbnailUrl).not.toContain("cdn.example");
  });

  it("needs no scaler", async () => {
    const { first, second } = await outputsWith({ scaler: false, thumbnailUrl: resize });
    expect(first.thumbnailUrl).toBe(`https://cdn.example/512${first.url}`);
    expect(second.thumbnailUrl).toBeNull();
  });

  it("leaves the stored thumbnail if it returns null", async () => {
    const { first } = await outputsWith({ thumbnailUrl: () => null });
    expect(first.thumbnailUrl).toContain("/outputs/0/thumbnail?");
  });

  it.each([
    // As from JavaScript, without types.
    ["rejects", (async () => Promise.reject(new Error("no CDN"))) as never],
    ["returns a promise", (async () => "https://cdn.example") as never],
    ["throws", failingUrl],
  ])("leaves the stored thumbnail if it %s", async (_name, thumbnailUrl) => {
    const { first } = await outputsWith({ thumbnailUrl });
    expect(first.thumbnailUrl).toContain("/outputs/0/thumbnail?");
  });

  it("logs a failure once", async () => {
    const { server } = await outputsWith({ thumbnailUrl: failingUrl });
    await server.as("ann").get("");
    const lines = server.logs.filter(({ message }) => message.startsWith("thumbnailUrl failed"));
    expect(lines).toMatchObject([{ level: "warn", fields: { error: expect.stringContaining("no CDN") } }]);
  });
});
