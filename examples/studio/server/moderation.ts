import type { CheckOutput } from "@safelight/server";

/**
 * Withholds each output whose prompt has one of the words: its credits are refunded, and its file is not stored. The word list
 * replaces a classifier, which would inspect `bytes()` or `thumbnail()` here.
 */
export function withholdWords(words: readonly string[]): CheckOutput {
  return ({ generation }) => {
    const text = JSON.stringify(generation.input).normalize("NFKC").toLowerCase();
    const found = text.match(/\p{L}+/gu)?.find((word) => words.includes(word));
    return found === undefined ? undefined : { withhold: true, reason: `word list: ${found}` };
  };
}
