import { type ESTree, parseSync } from "vite";

/** A text for readers: a comment, a message, a test name, a paragraph. */
export interface Prose {
  readonly text: string;
  /** Line in the file, from 1. Counted at each read. */
  readonly line: number;
  /** `false` for a string or a page. */
  readonly isComment: boolean;
}

/** A string with fewer words is a key, a code or a name. */
const minWords = 3;

/** Comments, and strings of at least three words: errors, log lines, test names. Without the text inside JSX. */
export function proseOfSource(file: string, source: string): readonly Prose[] {
  const { program, comments, errors } = parseSync(file, source, /\.[cm]?jsx?$/.test(file) ? { lang: "jsx" } : {});
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${file}: ${error.message}`);
  const texts = [
    ...comments.map(({ value, start }) => ({ text: withoutStars(value), start, isComment: true })),
    ...stringsIn(program).map(({ value, start }) => ({ text: value, start, isComment: false })),
  ];
  return texts.map(({ start, ...prose }) => ({
    ...prose,
    get line() {
      return source.slice(0, start).split("\n").length;
    },
  }));
}

/** Paragraphs, headings and table rows, without code and addresses. */
export function proseOfMarkdown(source: string): readonly Prose[] {
  const plain = source
    .replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, (block) => block.replaceAll(/[^\n]/g, ""))
    .replaceAll(/`[^`\n]*`/g, "code")
    .replaceAll(/\]\([^)\s]*\)/g, "]");
  return plain.split("\n").map((text, index) => ({ text, line: index + 1, isComment: false }));
}

function withoutStars(comment: string): string {
  return comment
    .replaceAll(/^\s*\*/gm, "")
    .replaceAll(/`[^`\n]*`/g, "code")
    .replaceAll(/https?:\S+/g, "");
}

function stringsIn(node: ESTree.Node): readonly { readonly value: string; readonly start: number }[] {
  const own =
    node.type === "Literal" && typeof node.value === "string"
      ? [{ value: node.value, start: node.start }]
      : node.type === "TemplateElement"
        ? [{ value: node.value.raw, start: node.start }]
        : [];
  const texts = own.filter(({ value }) => value.trim().split(/\s+/).length >= minWords);
  return [...texts, ...childrenOf(node).flatMap(stringsIn)];
}

function childrenOf(node: ESTree.Node): readonly ESTree.Node[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is ESTree.Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
