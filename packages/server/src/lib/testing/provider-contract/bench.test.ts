import { describe, expect, it } from "vitest";
import { expectAsPromised } from "./bench.js";

describe("expectAsPromised", () => {
  it.each([
    [true, "progress", [], "`capabilities.progress` is true, but no poll told a number"],
    [false, "progress", [0.5], "`capabilities.progress` is false, but a poll told a number"],
    [true, "partials", [], "`capabilities.partials` is true, but no poll told a preview"],
    [false, "partials", [{}], "`capabilities.partials` is false, but a poll told a preview"],
  ] as const)("says of %s for %s which capability is wrong, and how", (promised, name, told, words) => {
    const capabilities = { progress: promised, partials: promised };
    expect(() => expectAsPromised(capabilities, name, told)).toThrow(words);
  });

  it("lets pass what is told as it is promised", () => {
    expectAsPromised({ progress: true, partials: false }, "progress", [0.5]);
    expectAsPromised({ progress: true, partials: false }, "partials", []);
  });
});
