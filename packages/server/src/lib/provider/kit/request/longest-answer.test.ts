import { constants } from "node:buffer";
import { describe, expect, it } from "vitest";
import { longestAnswer } from "./longest-answer.js";

describe("longestAnswer", () => {
  it.each([
    [3_000_000, 1, undefined, 5_048_576],
    [3_000_000, 4, undefined, 17_048_576],
    [3_000_000, 2, 500, 8_000_500],
    [undefined, undefined, undefined, 90_527_062],
  ])("allows for images of %s bytes, %s of them, and %s bytes of text", (maxOutputBytes, pictures, words, bytes) => {
    expect(longestAnswer(maxOutputBytes, pictures, words)).toBe(bytes);
  });

  it("never exceeds the maximum length of a string: a larger paid response could not be read", () => {
    for (const [maxOutputBytes, pictures] of [[undefined, 10] as const, [1_000_000_000, 1] as const]) {
      expect(longestAnswer(maxOutputBytes, pictures)).toBe(constants.MAX_STRING_LENGTH);
    }
  });
});
