import { constants } from "node:buffer";
import { describe, expect, it } from "vitest";
import { maxResponseBytes } from "./max-response-bytes.js";

describe("maxResponseBytes", () => {
  it.each([
    [3_000_000, 1, undefined, 5_048_576],
    [3_000_000, 4, undefined, 17_048_576],
    [3_000_000, 2, 500, 8_000_500],
    [undefined, undefined, undefined, 90_527_062],
  ])("allows for images of %s bytes, %s of them, and %s bytes of text", (maxOutputBytes, images, words, bytes) => {
    expect(maxResponseBytes(maxOutputBytes, { images, textBytes: words })).toBe(bytes);
  });

  it("never exceeds the maximum length of a string: a larger paid response could not be read", () => {
    for (const [maxOutputBytes, images] of [[undefined, 10] as const, [1_000_000_000, 1] as const]) {
      expect(maxResponseBytes(maxOutputBytes, { images })).toBe(constants.MAX_STRING_LENGTH);
    }
  });
});
