import { readFileSync } from "node:fs";
import { type ESTree, parseSync } from "vite";

/** The folder of the package. */
export const packageFolder = new URL("../../", import.meta.url).pathname;

/** A node of the syntax tree, with the nodes around it, innermost first. */
export interface Place {
  readonly node: ESTree.Node;
  readonly around: readonly ESTree.Node[];
}

/** A parsed source file. */
export interface SourceFile {
  /** Below `packages/server`. */
  readonly file: string;
  readonly text: string;
  /** Every node, in the order of the text. */
  readonly places: readonly Place[];
}

/** Reads and parses a file below `packages/server`. */
export function readSource(file: string): SourceFile {
  return parseSource(file, readFileSync(`${packageFolder}${file}`, "utf8"));
}

/** @throws {SyntaxError} where it is no TypeScript */
export function parseSource(file: string, text: string): SourceFile {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${file}: ${error.message}`);
  const places: Place[] = [];
  const visit = (node: ESTree.Node, around: readonly ESTree.Node[]): void => {
    places.push({ node, around });
    for (const child of childrenOf(node)) visit(child, [node, ...around]);
  };
  visit(program, []);
  return { file, text, places };
}

/** The name of the function or constant of the module in which a place is. */
export function declarationAround({ node, around }: Place): string {
  for (const outer of [node, ...around].toReversed()) {
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
