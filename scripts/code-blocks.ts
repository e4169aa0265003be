/** A code block on a page of the docs that names its file. */
export interface CodeBlock {
  readonly file: string;
  readonly source: string;
}

/**
 * The blocks of TypeScript and its configuration on a page whose first line is a comment with a file name. The consumer
 * project or a host of `examples/hosts` compiles them, so that the code of the docs works.
 */
export function codeBlocksOf(markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(/^```(?:tsx?|jsonc)\n\/\/ (\S+\.(?:tsx?|jsonc?))\n([\s\S]*?)^```$/gm)].map((match) => ({
    file: match[1] ?? "",
    source: match[2] ?? "",
  }));
}
