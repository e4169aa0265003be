import type { ESTree } from "vite";
import type { Mutant } from "./mutant.js";
import { declarationOf, type SourceFile, type SyntaxNode } from "./source-file.js";
import { type Span, sqlConjuncts } from "./sql-conjuncts.js";

/** Replaces a condition. */
const anything = "1 = 1";

/** One mutant per named guard of a file and per conjunct of its SQL, replaced by a true condition. */
export function sqlMutants(source: SourceFile): readonly Mutant[] {
  const guards = namedGuards(source);
  const conjuncts = sqlTexts(source).flatMap((text) => conjunctsOf(source.file, text));
  return [...guards, ...conjuncts];
}

/** Conditions of the objects that are passed to `allOf`, by name, and of the objects that these spread. */
function namedGuards({ file, text, nodes }: SourceFile): readonly Mutant[] {
  const names = new Set<string>();
  const take = (node: ESTree.Node | undefined): void => {
    if (node?.type === "CallExpression") take(node.callee);
    if (node?.type !== "Identifier" || names.has(node.name)) return;
    names.add(node.name);
    const spreads = nodes.filter(
      (syntaxNode) => syntaxNode.node.type === "SpreadElement" && isIn(syntaxNode, node.name),
    );
    for (const { node: spread } of spreads) if (spread.type === "SpreadElement") take(spread.argument);
  };
  for (const { node } of nodes) if (isCallOf("allOf", node)) take(node.arguments[0]);
  return nodes.flatMap((syntaxNode) => {
    const { node, ancestors } = syntaxNode;
    const isGuard =
      node.type === "Property" && ancestors[0]?.type === "ObjectExpression" && names.has(declarationOf(syntaxNode));
    if (!isGuard) return [];
    const { start, end } = node.value;
    const id = `${nameOf(file)} ${declarationOf(syntaxNode)}.${text.slice(node.key.start, node.key.end)}`;
    return [{ id, edits: [{ file, start, end, replacement: `"${anything}"` }] }];
  });
}

/** SQL in a string or a template. */
export interface SqlText {
  readonly sql: string;
  /** Index of its start in the source. */
  readonly offset: number;
  /** The interpolations, in the text. */
  readonly holes: readonly Span[];
  /** The name of the top-level function or constant. */
  readonly declaration: string;
  readonly node: ESTree.Node;
}

/** All strings of a file that may be SQL. */
export function sqlTexts({ nodes, text }: SourceFile): readonly SqlText[] {
  return nodes.flatMap((syntaxNode) => {
    const { node } = syntaxNode;
    const isText = (node.type === "Literal" && typeof node.value === "string") || node.type === "TemplateLiteral";
    if (!isText || isName(syntaxNode)) return [];
    const offset = node.start + 1;
    const holes =
      node.type === "TemplateLiteral" ? node.expressions.map((expression) => holeOf(expression, offset)) : [];
    const sql = text.slice(offset, node.end - 1);
    return [{ sql, offset, holes, declaration: declarationOf(syntaxNode), node }];
  });
}

function conjunctsOf(file: string, { declaration, holes, node, offset, sql }: SqlText): readonly Mutant[] {
  const isNamed = ({ start, end }: Span) =>
    node.type === "TemplateLiteral" &&
    node.expressions.some(
      (expression) =>
        isCallOf("allOf", expression) && expression.start - offset === start + 2 && expression.end - offset === end - 1,
    );
  return sqlConjuncts(sql, holes)
    .filter((span) => !isNamed(span))
    .map(({ start, end }) => {
      const condition = sql.slice(start, end).replace(/\s+/g, " ").replaceAll("${", "{");
      return {
        id: `${nameOf(file)} ${declaration}${statementOf(sql)}: ${condition}`,
        edits: [{ file, start: offset + start, end: offset + end, replacement: anything }],
      };
    });
}

/** The verb and table of a statement, such as ` (update accounts)`; empty for a fragment. */
function statementOf(sql: string): string {
  const [, verb, table] = /^\s*(?:WITH.*?)?(INSERT|UPDATE|DELETE|SELECT)[\s\S]*?\bsafelight_(\w+)/.exec(sql) ?? [];
  return verb === undefined ? "" : ` (${verb.toLowerCase()} ${table})`;
}

/** The range of an interpolation, with its `${` and `}`. */
function holeOf(expression: ESTree.Expression, offset: number): Span {
  return { start: expression.start - offset - 2, end: expression.end - offset + 1 };
}

/** Whether a string is not SQL: an import, or a key. */
function isName({ node, ancestors: [outer] }: SyntaxNode): boolean {
  return outer?.type === "ImportDeclaration" || (outer?.type === "Property" && outer.key === node);
}

function isIn(syntaxNode: SyntaxNode, declaration: string): boolean {
  return declarationOf(syntaxNode) === declaration;
}

function isCallOf(name: string, node: ESTree.Node): node is ESTree.CallExpression {
  return node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === name;
}

function nameOf(file: string): string {
  return file.split("/").at(-1) ?? file;
}
