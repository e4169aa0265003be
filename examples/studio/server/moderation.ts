import type { CheckOutput } from "@safelight/server";

/**
 * Withholds each output whose prompt has one of the words: its credits are refunded, and no file of it is stored. A word list
 * stands in for a classifier, which would look at `bytes()` or `thumbnail()` here.
 */
export function withholdWords(words: readonly string[]): CheckOutput {
  return ({ generation }) => {
    const text = JSON.stringify(generation.input).normalize("NFKC").toLowerCase();
    const found = text.match(/\p{L}+/gu)?.find((word) => words.includes(word));
    return found === undefined ? undefined : { withhold: true, reason: `word list: ${found}` };
  };
}
