import { describe, expect, it } from "vitest";
import { parsePromptDirectives } from "./prompt-directives.js";

describe("parsePromptDirectives", () => {
  it("finds no directive in an ordinary prompt", () => {
    expect(parsePromptDirectives("A slowly turning mill, lostness, failure: always policy")).toEqual({
      violatesPolicy: false,
      isRateLimited: false,
      isFlaky: false,
      alwaysFails: false,
      isSlow: false,
      loses: "nothing",
    });
  });

  it.each([
    ["a cat fail:policy", { violatesPolicy: true }],
    ["fail:rate, a cat", { isRateLimited: true }],
    ["a (fail:flaky) cat", { isFlaky: true }],
    ["a cat. FAIL:ALWAYS!", { alwaysFails: true }],
    ["a Slow cat", { isSlow: true }],
    ["a lost cat", { loses: "reply" }],
    ["lost:forever", { loses: "forever" }],
    ["lost and lost:forever", { loses: "forever" }],
    ["slow fail:rate fail:flaky", { isSlow: true, isRateLimited: true, isFlaky: true }],
  ])("reads %j", (prompt, directives) => {
    expect(parsePromptDirectives(prompt)).toMatchObject(directives);
  });
});
