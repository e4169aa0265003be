import { expect, it } from "vitest";
import { fromHex, toHex } from "./hex.js";

it("encodes bytes and decodes them from either case", () => {
  const bytes = Uint8Array.of(0, 10, 255);
  expect(toHex(bytes)).toBe("000aff");
  expect(fromHex("000aff", 3)).toEqual(bytes);
  expect(fromHex("000AFF", 3)).toEqual(bytes);
});

it.each(["", "000af", "000aff00", "000agg", "0x0aff", " 00aff"])("returns null for three bytes from %j", (text) => {
  expect(fromHex(text, 3)).toBeNull();
});
