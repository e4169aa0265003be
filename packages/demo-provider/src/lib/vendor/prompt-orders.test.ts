import { describe, expect, it } from "vitest";
import { parsePromptOrders } from "./prompt-orders.js";

describe("parsePromptOrders", () => {
  it("finds no order in an ordinary prompt", () => {
    expect(parsePromptOrders("A slowly turning mill, lostness, failure: always policy")).toEqual({
      isOffensive: false,
      isRateLimited: false,
      isFlaky: false,
      isBroken: false,
      isSlow: false,
      loses: "nothing",
    });
  });

  it.each([
    ["a cat fail:policy", { isOffensive: true }],
    ["fail:rate, a cat", { isRateLimited: true }],
    ["a (fail:flaky) cat", { isFlaky: true }],
    ["a cat. FAIL:ALWAYS!", { isBroken: true }],
    ["a Slow cat", { isSlow: true }],
    ["a lost cat", { loses: "reply" }],
    ["lost:forever", { loses: "forever" }],
    ["lost and lost:forever", { loses: "forever" }],
    ["slow fail:rate fail:flaky", { isSlow: true, isRateLimited: true, isFlaky: true }],
  ])("reads %j", (prompt, orders) => {
    expect(parsePromptOrders(prompt)).toMatchObject(orders);
  });
});
