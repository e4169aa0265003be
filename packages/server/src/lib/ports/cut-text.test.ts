import { expect, it } from "vitest";
import { cutText } from "./cut-text.js";

it("returns a text of the maximum length unchanged, and cuts a longer one", () => {
  expect(cutText("abcd", 4)).toBe("abcd");
  expect(cutText("abcde", 4)).toBe("abc…");
});

it("splits no surrogate pair", () => {
  expect(cutText("ab😀de", 4)).toBe("ab…");
});
