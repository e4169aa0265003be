/** A block of code on a page of the docs that names the file it stands for. */
export interface CodeBlock {
  readonly file: string;
  readonly source: string;
}

/**
 * The blocks of TypeScript and of its configuration on a page: those whose first line is a comment with a file's name.
 * The consumer project or a host of `examples/hosts` compiles them, so that what a reader copies works.
 */
export function codeBlocksOf(markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(/^```(?:tsx?|jsonc)\n\/\/ (\S+\.(?:tsx?|jsonc?))\n([\s\S]*?)^```$/gm)].map((match) => ({
    file: match[1] ?? "",
    source: match[2] ?? "",
  }));
}
