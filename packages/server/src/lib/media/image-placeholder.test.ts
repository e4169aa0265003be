import { describe, expect, it } from "vitest";
import { tinyPng } from "../../../testing/tiny-png.js";
import { imagePlaceholder } from "./image-placeholder.js";

describe("imagePlaceholder", () => {
  it("returns a thumbhash in base64", async () => {
    expect(await imagePlaceholder(new Blob([Uint8Array.from(tinyPng())]))).toMatch(/^[A-Za-z0-9+/=]{8,48}$/);
  });

  it("throws for a damaged image", async () => {
    await expect(imagePlaceholder(new Blob([Uint8Array.of(1, 2, 3)]))).rejects.toThrow();
  });
});
