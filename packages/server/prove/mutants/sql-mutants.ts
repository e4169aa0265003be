import type { ESTree } from "vite";
import type { Mutant } from "./mutant.js";
import { declarationAround, type Place, type SourceFile } from "./source-file.js";
import { type Span, sqlConjuncts } from "./sql-conjuncts.js";

/** What stands where a condition was. */
const anything = "1 = 1";

/** Each named guard of a file, and each conjunct of its SQL, replaced by what is always true. */
export function sqlMutants(source: SourceFile): readonly Mutant[] {
  const guards = namedGuards(source);
  const conjuncts = source.places.flatMap((place) => conjunctsOf(source, place));
  return [...guards, ...conjuncts];
}

/** The conditions of the objects that are given to `allOf`, by their names, and of those that these take over. */
function namedGuards({ file, text, places }: SourceFile): readonly Mutant[] {
  const names = new Set<string>();
  const take = (node: ESTree.Node | undefined): void => {
    if (node?.type === "CallExpression") take(node.callee);
    if (node?.type !== "Identifier" || names.has(node.name)) return;
    names.add(node.name);
    const spreads = places.filter((place) => place.node.type === "SpreadElement" && isIn(place, node.name));
    for (const { node: spread } of spreads) if (spread.type === "SpreadElement") take(spread.argument);
  };
  for (const { node } of places) if (isCallOf("allOf", node)) take(node.arguments[0]);
  return places.flatMap((place) => {
    const { node, around } = place;
    const isGuard =
      node.type === "Property" && around[0]?.type === "ObjectExpression" && names.has(declarationAround(place));
    if (!isGuard) return [];
    const { start, end } = node.value;
    const id = `${nameOf(file)} ${declarationAround(place)}.${text.slice(node.key.start, node.key.end)}`;
    return [{ id, edits: [{ file, start, end, replacement: `"${anything}"` }] }];
  });
}

function conjunctsOf({ file, text }: SourceFile, place: Place): readonly Mutant[] {
  const { node } = place;
  const isText = (node.type === "Literal" && typeof node.value === "string") || node.type === "TemplateLiteral";
  if (!isText || isName(place)) return [];
  const offset = node.start + 1;
  const holes = node.type === "TemplateLiteral" ? node.expressions.map((expression) => holeOf(expression, offset)) : [];
  const isNamed = ({ start, end }: Span) =>
    node.type === "TemplateLiteral" &&
    node.expressions.some(
      (expression) =>
        isCallOf("allOf", expression) && expression.start - offset === start + 2 && expression.end - offset === end - 1,
    );
  const sql = text.slice(offset, node.end - 1);
  return sqlConjuncts(sql, holes)
    .filter((span) => !isNamed(span))
    .map(({ start, end }) => {
      const condition = sql.slice(start, end).replace(/\s+/g, " ").replaceAll("${", "{");
      return {
        id: `${nameOf(file)} ${declarationAround(place)}${statementOf(sql)}: ${condition}`,
        edits: [{ file, start: offset + start, end: offset + end, replacement: anything }],
      };
    });
}

/** What the statement does to which table, such as ` (update accounts)`; nothing for a fragment. */
function statementOf(sql: string): string {
  const [, verb, table] = /^\s*(?:WITH.*?)?(INSERT|UPDATE|DELETE|SELECT)[\s\S]*?\bsafelight_(\w+)/.exec(sql) ?? [];
  return verb === undefined ? "" : ` (${verb.toLowerCase()} ${table})`;
}

/** The hole of a template with its `${` and `}`. */
function holeOf(expression: ESTree.Expression, offset: number): Span {
  return { start: expression.start - offset - 2, end: expression.end - offset + 1 };
}

/** Words that are no SQL: what is imported, and keys. */
function isName({ node, around: [outer] }: Place): boolean {
  return outer?.type === "ImportDeclaration" || (outer?.type === "Property" && outer.key === node);
}

function isIn(place: Place, declaration: string): boolean {
  return declarationAround(place) === declaration;
}

function isCallOf(name: string, node: ESTree.Node): node is ESTree.CallExpression {
  return node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === name;
}

function nameOf(file: string): string {
  return file.split("/").at(-1) ?? file;
}
