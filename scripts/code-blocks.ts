/** A block of code on a page of the docs that names the file it stands for. */
export interface CodeBlock {
  readonly file: string;
  readonly source: string;
}

/**
 * The blocks of TypeScript on a page: those whose first line is a comment with a file's name. They are compiled in the
 * consumer project, so that what a reader copies works.
 */
export function codeBlocksOf(markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(/^```tsx?\n\/\/ (\S+\.tsx?)\n([\s\S]*?)^```$/gm)].map((match) => ({
    file: match[1] ?? "",
    source: match[2] ?? "",
  }));
}
