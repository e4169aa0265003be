import { describe, expect, it } from "vitest";
import { noImages } from "../../../../testing/submit-request.js";
import { sharpScaler } from "../../media/sharp-scaler.js";
import { InputImageMissing, type InputImages } from "../../ports/input-images.js";
import { createDraw } from "./picture/draw-task.js";
import { readInputPlaceholder } from "./read-input-placeholder.js";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const scaler = sharpScaler({ logger: silent });
const reference = "inp_00000000-0000-4000-8000-000000000001";

function imagesOf(bytes: Uint8Array): InputImages {
  return { read: async () => ({ bytes, contentType: "image/png" }), urlOf: async () => null };
}

describe("readInputPlaceholder", () => {
  const png = createDraw()({ kind: "picture", picture: { prompt: "a quiet lake", seed: 0, size: 256 } });

  it("reads an image as a placeholder of a few bytes", async () => {
    const read = await readInputPlaceholder(reference, { images: imagesOf(png), scaler });
    expect(read).toEqual({ inputPlaceholder: expect.stringMatching(/^[A-Za-z0-9+/=]{20,48}$/) });
  });

  it("fails for the input where the image is damaged", async () => {
    const read = readInputPlaceholder(reference, { images: imagesOf(Uint8Array.of(1, 2, 3)), scaler });
    expect(await read).toMatchObject({ failure: { code: "invalid_input" } });
  });

  it("names the missing package where sharp is not installed", async () => {
    const without = sharpScaler({ logger: silent }, () => Promise.reject(new Error("not installed")));
    const read = await readInputPlaceholder(reference, { images: imagesOf(png), scaler: without });
    expect(read).toMatchObject({ failure: { code: "not_found", message: expect.stringContaining("sharp") } });
  });

  it("throws when the image was deleted", async () => {
    const read = readInputPlaceholder(reference, { images: noImages, scaler });
    await expect(read).rejects.toSatisfy(InputImageMissing.isInstance);
  });
});
