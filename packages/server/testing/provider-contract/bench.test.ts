import { describe, expect, it } from "vitest";
import { expectCapability } from "./bench.js";

describe("expectCapability", () => {
  it.each([
    [true, "progress", [], "`capabilities.progress` is true, but no poll reported a number"],
    [false, "progress", [0.5], "`capabilities.progress` is false, but a poll reported a number"],
    [true, "previews", [], "`capabilities.previews` is true, but no poll reported a preview"],
    [false, "previews", [{}], "`capabilities.previews` is false, but a poll reported a preview"],
  ] as const)("if %s for %s, names the wrong capability", (promised, name, reported, words) => {
    const capabilities = { progress: promised, previews: promised };
    expect(() => expectCapability(capabilities, name, reported)).toThrow(words);
  });

  it("passes if the reports match the capabilities", () => {
    expectCapability({ progress: true, previews: false }, "progress", [0.5]);
    expectCapability({ progress: true, previews: false }, "previews", []);
  });
});
