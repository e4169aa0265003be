import { expect, it } from "vitest";
import { concatBytes } from "./concat-bytes.js";

it("concatenates in order, also empty parts and views", () => {
  const view = Uint8Array.of(9, 3, 4, 9).subarray(1, 3);
  expect(concatBytes(Uint8Array.of(1, 2), new Uint8Array(), view)).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(concatBytes()).toEqual(new Uint8Array());
});
