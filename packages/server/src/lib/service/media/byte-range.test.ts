import { describe, expect, it } from "vitest";
import { parseByteRange } from "./byte-range.js";

describe("parseByteRange", () => {
  it.each([
    ["bytes=0-0", { start: 0, end: 0 }],
    ["bytes=2-5", { start: 2, end: 5 }],
    ["bytes=2-", { start: 2, end: 9 }],
    ["bytes=9-9", { start: 9, end: 9 }],
    ["bytes=2-100", { start: 2, end: 9 }],
    ["bytes=-3", { start: 7, end: 9 }],
    ["bytes=-100", { start: 0, end: 9 }],
    ["Bytes = 2 - 5", { start: 2, end: 5 }],
  ])("parses %s of ten bytes", (header, range) => {
    expect(parseByteRange(header, 10)).toEqual(range);
  });

  it.each(["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=999999999999999-"])(
    "returns unsatisfiable for %s",
    (header) => {
      expect(parseByteRange(header, 10)).toBe("unsatisfiable");
    },
  );

  it.each([undefined, "", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,3-4", "items=0-1", "bytes=a-b", "bytes=0x1-2"])(
    "returns null for %j",
    (header) => {
      expect(parseByteRange(header, 10)).toBeNull();
    },
  );

  it("returns unsatisfiable for any range of no bytes", () => {
    expect(parseByteRange("bytes=0-", 0)).toBe("unsatisfiable");
    expect(parseByteRange("bytes=-1", 0)).toBe("unsatisfiable");
  });
});
