import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { readRepositoryFile, repositoryFiles } from "../repository-files.ts";
import { notYetRewritten } from "./not-yet-rewritten.ts";
import { type WordFault, wordFaultsIn } from "./plain-english.ts";
import { proseOfMarkdown, proseOfSource } from "./prose.ts";

/** Files with the words of the rules themselves. */
const exempt: Readonly<Record<string, string>> = {
  "scripts/language/plain-english.ts": "It defines the words.",
  "scripts/language/plain-english.test.ts": "It tests each rule with one of its words.",
};

/** Lines of a file that break a rule. */
function faultsOf(path: string): readonly WordFault[] {
  const text = readRepositoryFile(path);
  if (path.endsWith(".md")) return wordFaultsIn(proseOfMarkdown(text));
  const proses = proseOfSource(path, text);
  // The demo's interface keeps its voice; its comments do not.
  return wordFaultsIn(path.startsWith("examples/demo/src/") ? proses.filter(({ isComment }) => isComment) : proses);
}

const paths = repositoryFiles().filter(
  (path) => /\.(md|[cm]?tsx?|[cm]?jsx?)$/.test(path) && exempt[path] === undefined,
);
const isIn = (path: string, entry: string): boolean => path === entry || `${dirname(path)}/` === entry;
const isPending = (path: string): boolean => notYetRewritten.some((entry) => isIn(path, entry));

describe("the language of the repository", () => {
  it("follows the word rules of CONTRIBUTING.md in every comment, message, test name and page", () => {
    const faults = paths
      .filter((path) => !isPending(path))
      .flatMap((path) => faultsOf(path).map(({ line, rule, excerpt }) => `${path}:${line} ${excerpt} (${rule})`));
    expect(faults).toEqual([]);
  });

  it("has no clean file or folder left in the list of those that are not yet rewritten", () => {
    const clean = notYetRewritten.filter(
      (entry) => !paths.some((path) => isIn(path, entry) && faultsOf(path).length > 0),
    );
    expect(clean).toEqual([]);
  });

  it.each([
    ["an indefinite person", "Nobody waits for this."],
    ["a free relative at the start", "What was sent is kept."],
    ["a free relative after a full stop", "The row is kept. Where it was sent twice, one stays."],
    ["hearsay", "The worker is told of it."],
    ["an archaic word", "The stream is opened anew."],
  ])("finds %s in a comment, a string and a page", (_, text) => {
    const sources = [
      `// ${text}`,
      `/**\n * Adds.\n *\n * ${text}\n */`,
      `throw new Error("${text}");`,
      `log(\`${text}\`);`,
    ];
    for (const source of sources) expect(wordFaultsIn(proseOfSource("a.ts", source)), source).toHaveLength(1);
    for (const page of [text, `- ${text}`, `| a | ${text} |`]) {
      expect(wordFaultsIn(proseOfMarkdown(page)), page).toHaveLength(1);
    }
  });

  it.each([
    ["a question", "// Who calls this? The worker does."],
    ["code", "// The message `nobody told` is logged."],
    ["a key", 'const key = "nobody";'],
    ["a subordinate clause", "// The row keeps what was sent."],
  ])("passes %s", (_, source) => {
    expect(wordFaultsIn(proseOfSource("a.ts", source))).toEqual([]);
  });
});
