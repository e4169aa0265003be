import { expect, it } from "vitest";
import { asRecord } from "./as-record.js";

it.each([null, undefined, 1, "text", true, () => undefined])("returns an empty object for %s", (value) => {
  expect(asRecord(value)).toEqual({});
});

it("returns the fields of an object and the elements of a list", () => {
  expect(asRecord({ a: 1 })).toEqual({ a: 1 });
  expect(asRecord(["x"])).toEqual({ 0: "x" });
});
