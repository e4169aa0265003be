import { describe, expect, it } from "vitest";
import { parseIfNoneMatch } from "./entity-tag.js";

describe("parseIfNoneMatch", () => {
  it.each(['"v1-2"', 'W/"v1-2"', '"other", W/"v1-2"', " * ", '"a","v1-2","b"'])("matches the tag in %s", (header) => {
    expect(parseIfNoneMatch(header)?.("v1-2")).toBe(true);
  });

  it.each(["", "v1-2", '"v1-20"', '"xv1-2"', '"other"'])("does not match it in %j", (header) => {
    expect(parseIfNoneMatch(header)?.("v1-2")).toBe(false);
  });

  it("returns null without a header", () => {
    expect(parseIfNoneMatch(undefined)).toBeNull();
  });
});
