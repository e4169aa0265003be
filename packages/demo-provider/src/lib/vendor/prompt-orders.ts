/** What a prompt tells the vendor to do beside painting, so that every path of a host can be walked without luck. */
export interface PromptOrders {
  /** `fail:policy`: accepted, then refused for its content. */
  readonly isOffensive: boolean;
  /** `fail:rate`: an order's first two requests are refused for coming too fast. */
  readonly isRateLimited: boolean;
  /** `fail:flaky`: an order's first job breaks. */
  readonly isFlaky: boolean;
  /** `fail:always`: each job breaks. */
  readonly isBroken: boolean;
  /** `slow`: ten times the steps. */
  readonly isSlow: boolean;
  /** `lost`: accepted, but the reply does not arrive; `forever`: and the job cannot be looked up afterwards. */
  readonly loses: "nothing" | "reply" | "forever";
}

/** Reads the orders in a prompt: whole words, in any case. Several add up. */
export function parsePromptOrders(prompt: string): PromptOrders {
  const words = new Set(prompt.toLowerCase().match(/[\p{L}\p{N}:]+/gu));
  return {
    isOffensive: words.has("fail:policy"),
    isRateLimited: words.has("fail:rate"),
    isFlaky: words.has("fail:flaky"),
    isBroken: words.has("fail:always"),
    isSlow: words.has("slow"),
    loses: words.has("lost:forever") ? "forever" : words.has("lost") ? "reply" : "nothing",
  };
}
