import type { Mutant } from "./mutant.js";
import { namedChecks } from "./named-checks.js";
import { declarationOf, type SourceFile } from "./source-file.js";

/** One mutant per `if` that throws or returns: its condition is evaluated and never true. */
export function exitMutants(
  { file, text, nodes }: SourceFile,
  exits: readonly ("throw" | "return")[],
): readonly Mutant[] {
  return nodes.flatMap((syntaxNode) => {
    const { node } = syntaxNode;
    if (node.type !== "IfStatement" || node.alternate !== null) return [];
    const { test, consequent } = node;
    const last = consequent.type === "BlockStatement" ? consequent.body.at(-1) : consequent;
    const exit = last?.type === "ThrowStatement" ? "throw" : last?.type === "ReturnStatement" ? "return" : null;
    if (exit === null || !exits.includes(exit)) return [];
    const { start, end } = test;
    const condition = text.slice(start, end);
    const id = `${file.split("/").at(-1)} ${declarationOf(syntaxNode)}: ${exit}s if ${condition.replace(/\s+/g, " ")}`;
    return [{ id, edits: [{ file, start, end, replacement: `(${condition}) && false` }] }];
  });
}

/** One mutant per row of the transition table, without the row. */
export function transitionMutants({ file, text, nodes }: SourceFile): readonly Mutant[] {
  return nodes.flatMap((syntaxNode) => {
    const { node, ancestors } = syntaxNode;
    const isRow = ancestors[0]?.type === "ArrayExpression" && declarationOf(syntaxNode) === "transitions";
    if (!isRow || node.type !== "CallExpression") return [];
    const [from, to, command] = node.arguments.map(({ start, end }) => text.slice(start, end).replaceAll('"', ""));
    const comma = text.startsWith(",", node.end) ? 1 : 0;
    const edits = [{ file, start: node.start, end: node.end + comma, replacement: "" }];
    return [{ id: `generation-state.ts ${from} → ${to} by ${command}`, edits }];
  });
}

/** One mutant per constraint of the tables that restricts values: uniqueness and checks, but not types. */
export function constraintMutants({ file, text, nodes }: SourceFile): readonly Mutant[] {
  return nodes.flatMap(({ node }) => {
    if (node.type !== "TemplateLiteral") return [];
    const sql = text.slice(node.start + 1, node.end - 1);
    const name = /CREATE (?:UNIQUE )?(?:TABLE|INDEX) (\w+)/.exec(sql)?.[1] ?? "?";
    return constraintsOf(sql).map(({ start, end, replacement }) => {
      const line = sql.slice(sql.lastIndexOf("\n", start) + 1, sql.indexOf("\n", end) + 1 || undefined);
      const what = sql.startsWith("CREATE UNIQUE INDEX")
        ? "unique"
        : line.replace(/\s+/g, " ").trim().replace(/,$/, "");
      const edit = { file, start: node.start + 1 + start, end: node.start + 1 + end, replacement };
      return { id: `migrations.ts ${name}: ${what}`, edits: [edit] };
    });
  });
}

/** One mutant per named check. @throws {Error} when the code of a check is not in its file exactly once */
export function namedCheckMutants(read: (file: string) => SourceFile): readonly Mutant[] {
  return namedChecks.map(({ name, file, code, instead }) => {
    const path = `src/lib/${file}`;
    const [found, second] = read(path).text.matchAll(toPattern(code));
    if (found === undefined) throw new Error(`The code of "${name}" is no longer in ${path}.`);
    if (second !== undefined) throw new Error(`The code of "${name}" is more than once in ${path}.`);
    const { index: start, 0: match } = found;
    const edits = [{ file: path, start, end: start + match.length, replacement: instead }];
    return { id: `${file.split("/").at(-1)} "${name}"`, edits };
  });
}

/** Matches the code with any whitespace. */
function toPattern(code: string): RegExp {
  const words = code.split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(words.join("\\s+"), "g");
}

interface Constraint {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

function constraintsOf(sql: string): readonly Constraint[] {
  const unique = [...sql.matchAll(/(?<=CREATE) UNIQUE|(?<=(?:TEXT|INTEGER)(?: NOT NULL)?) UNIQUE/g)];
  const checks = [...sql.matchAll(/CHECK \(|(?<=\n\s*)(?:UNIQUE|PRIMARY KEY) \(/g)];
  return [
    ...unique.map(({ index, 0: match }) => ({ start: index, end: index + match.length, replacement: "" })),
    ...checks.map(({ index, 0: match }) => ({
      start: index,
      end: closingOf(sql, index + match.length),
      replacement: "CHECK (1 = 1)",
    })),
  ];
}

/** The index after the closing parenthesis of the one before `from`. */
function closingOf(sql: string, from: number): number {
  let depth = 1;
  let at = from;
  for (; depth > 0 && at < sql.length; at += 1) {
    if (sql[at] === "(") depth += 1;
    if (sql[at] === ")") depth -= 1;
  }
  return at;
}
