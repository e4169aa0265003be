import { readFileSync } from "node:fs";
import { type ESTree, parseSync } from "vite";

/** The folder of the package. */
export const packageFolder = new URL("../../packages/server/", import.meta.url).pathname;

/** A node of the syntax tree with its ancestors, innermost first. */
export interface SyntaxNode {
  readonly node: ESTree.Node;
  readonly ancestors: readonly ESTree.Node[];
}

/** A parsed source file. */
export interface SourceFile {
  /** Below `packages/server`. */
  readonly file: string;
  readonly text: string;
  /** Every node, in the order of the text. */
  readonly nodes: readonly SyntaxNode[];
}

/** Reads and parses a file below `packages/server`. */
export function readSource(file: string): SourceFile {
  return parseSource(file, readFileSync(`${packageFolder}${file}`, "utf8"));
}

/** @throws {SyntaxError} when the text is not valid TypeScript */
export function parseSource(file: string, text: string): SourceFile {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${file}: ${error.message}`);
  const nodes: SyntaxNode[] = [];
  const visit = (node: ESTree.Node, ancestors: readonly ESTree.Node[]): void => {
    nodes.push({ node, ancestors });
    for (const child of childrenOf(node)) visit(child, [node, ...ancestors]);
  };
  visit(program, []);
  return { file, text, nodes };
}

/** The name of the top-level function or constant that contains a node. */
export function declarationOf({ node, ancestors }: SyntaxNode): string {
  for (const outer of [node, ...ancestors].toReversed()) {
    if (outer.type === "FunctionDeclaration" || outer.type === "ClassDeclaration") return outer.id?.name ?? "default";
    if (outer.type === "VariableDeclarator" && outer.id.type === "Identifier") return outer.id.name;
  }
  return "module";
}

function childrenOf(node: ESTree.Node): readonly ESTree.Node[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is ESTree.Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
