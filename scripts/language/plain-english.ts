import type { Prose } from "./prose.ts";

/** Words and openings that hide the noun of a sentence. See CONTRIBUTING.md, "Language". */
const wordRules = {
  "an indefinite person: name the caller, the owner, the worker or the process":
    /\b(nobody|whoever|somebody|anybody|everybody|whom|stranger)\b/i,
  "a sentence that opens with a free relative: open it with a noun":
    /(?:^|[*/.:|>#]\s|^\s*[-+]\s)\s*(?:What|Whatever|Where|Who|Whose)\b(?![^.!?]*\?)/m,
  "hearsay: use emit, publish, receive, return, log or report": /\b(told|heard|hears|is said|are said)\b/i,
  "archaic: use again, forever, without effect, available, releases, recently, while":
    /\b(anew|for ever|in vain|to be had|lets? go of|so long|of late|meanwhile|hardly at all)\b/i,
} as const;

/** A text that breaks a rule. */
export interface WordFault {
  readonly line: number;
  readonly rule: string;
  /** The words around the first match. */
  readonly excerpt: string;
}

/** Finds every rule that a text breaks, in order of its lines. */
export function wordFaultsIn(proses: readonly Prose[]): readonly WordFault[] {
  return proses.flatMap((prose) =>
    Object.entries(wordRules).flatMap(([rule, pattern]) => {
      const { text } = prose;
      const match = pattern.exec(text);
      if (match === null) return [];
      const before = text.slice(0, match.index).split("\n").length - 1;
      const excerpt = text.slice(Math.max(0, match.index - 30), match.index + 50).replaceAll(/\s+/g, " ");
      return [{ line: prose.line + before, rule, excerpt: excerpt.trim() }];
    }),
  );
}
