import { type InputFiles, InputFileUnavailable } from "@safelight/server";
import { imagePlaceholder } from "@safelight/server/provider-kit";
import { noInputFiles } from "@safelight/server/testing";
import { describe, expect, it } from "vitest";
import { createRenderer } from "../image/render-task.js";
import { readInputPlaceholder } from "./read-input-placeholder.js";

const placeholderOf = imagePlaceholder;
const reference = "inp_00000000-0000-4000-8000-000000000001";

function filesOf(bytes: Uint8Array): InputFiles {
  return { read: async () => ({ bytes, contentType: "image/png" }), urlOf: async () => null };
}

describe("readInputPlaceholder", () => {
  const png = createRenderer()({ kind: "image", image: { prompt: "a quiet lake", seed: 0, size: 256 } });

  it("reads an image as a placeholder of a few bytes", async () => {
    const read = await readInputPlaceholder(reference, { files: filesOf(png), placeholderOf });
    expect(read).toEqual({ inputPlaceholder: expect.stringMatching(/^[A-Za-z0-9+/=]{20,48}$/) });
  });

  it("rejects the input if the image is damaged", async () => {
    const read = await readInputPlaceholder(reference, { files: filesOf(Uint8Array.of(1, 2, 3)), placeholderOf });
    expect(read).toMatchObject({ failure: { code: "invalid_input" } });
  });

  it("rejects a video, which it cannot decode", async () => {
    const files = { ...filesOf(png), read: async () => ({ bytes: png, contentType: "video/mp4" }) };
    const read = await readInputPlaceholder(reference, { files, placeholderOf });
    expect(read).toMatchObject({ failure: { code: "invalid_input", message: expect.stringContaining("video") } });
  });

  it("names sharp if it is not installed", async () => {
    const read = await readInputPlaceholder(reference, { files: filesOf(png), placeholderOf: async () => null });
    expect(read).toMatchObject({ failure: { code: "not_found", message: expect.stringContaining("sharp") } });
  });

  it("throws if the image was deleted", async () => {
    const read = readInputPlaceholder(reference, { files: noInputFiles, placeholderOf });
    await expect(read).rejects.toSatisfy(InputFileUnavailable.isInstance);
  });
});
