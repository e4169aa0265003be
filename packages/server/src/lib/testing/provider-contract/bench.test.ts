import { describe, expect, it } from "vitest";
import { expectAsPromised } from "./bench.js";

describe("expectAsPromised", () => {
  it.each([
    [true, "progress", [], "`capabilities.progress` is true, but no poll reported a number"],
    [false, "progress", [0.5], "`capabilities.progress` is false, but a poll reported a number"],
    [true, "partials", [], "`capabilities.partials` is true, but no poll reported a preview"],
    [false, "partials", [{}], "`capabilities.partials` is false, but a poll reported a preview"],
  ] as const)("if %s for %s, names the wrong capability", (promised, name, told, words) => {
    const capabilities = { progress: promised, partials: promised };
    expect(() => expectAsPromised(capabilities, name, told)).toThrow(words);
  });

  it("passes if the reports match the capabilities", () => {
    expectAsPromised({ progress: true, partials: false }, "progress", [0.5]);
    expectAsPromised({ progress: true, partials: false }, "partials", []);
  });
});
