import { constants } from "node:buffer";
import { describe, expect, it } from "vitest";
import { longestAnswer } from "./longest-answer.js";

describe("longestAnswer", () => {
  it.each([
    [3_000_000, 1, undefined, 5_048_576],
    [3_000_000, 4, undefined, 17_048_576],
    [3_000_000, 2, 500, 8_000_500],
    [undefined, undefined, undefined, 90_527_062],
  ])("has room for pictures of %s bytes, %s of them, and %s of words", (maxOutputBytes, pictures, words, bytes) => {
    expect(longestAnswer(maxOutputBytes, pictures, words)).toBe(bytes);
  });

  it("is never longer than a text can be: a paid answer that no text can hold could not be read", () => {
    for (const [maxOutputBytes, pictures] of [[undefined, 10] as const, [1_000_000_000, 1] as const]) {
      expect(longestAnswer(maxOutputBytes, pictures)).toBe(constants.MAX_STRING_LENGTH);
    }
  });
});
