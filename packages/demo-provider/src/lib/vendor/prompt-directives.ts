/** Words of a prompt that trigger a behavior of the vendor, so that a host can test each of its code paths. */
export interface PromptDirectives {
  /** `fail:policy`: accepted, then refused for its content. */
  readonly violatesPolicy: boolean;
  /** `fail:rate`: the first two requests of an order are rate limited. */
  readonly isRateLimited: boolean;
  /** `fail:flaky`: the first job of an order fails. */
  readonly isFlaky: boolean;
  /** `fail:always`: every job fails. */
  readonly alwaysFails: boolean;
  /** `slow`: ten times the steps. */
  readonly isSlow: boolean;
  /** `reply` for `lost`: accepted, but the response is lost. `forever` for `lost:forever`: lookups fail, too. */
  readonly loses: "nothing" | "reply" | "forever";
}

/** Parses the directives of a prompt: whole words, in any case. They can be combined. */
export function parsePromptDirectives(prompt: string): PromptDirectives {
  const words = new Set(prompt.toLowerCase().match(/[\p{L}\p{N}:]+/gu));
  return {
    violatesPolicy: words.has("fail:policy"),
    isRateLimited: words.has("fail:rate"),
    isFlaky: words.has("fail:flaky"),
    alwaysFails: words.has("fail:always"),
    isSlow: words.has("slow"),
    loses: words.has("lost:forever") ? "forever" : words.has("lost") ? "reply" : "nothing",
  };
}
