/** A range of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Token extends Span {
  /** The source text, keywords in upper case; `$` for a hole, `'` for a string. */
  readonly word: string;
}

const starts = new Set(["WHERE", "HAVING", "ON", "IF", "ELSIF"]);
const ends = new Set(
  (
    "SELECT INSERT UPDATE DELETE WITH CREATE VALUES FROM SET ORDER GROUP LIMIT UNION RETURNING JOIN LEFT INNER DO " +
    "CONFLICT WHEN THEN ELSE AS FOR INTO RETURN PERFORM LOOP := , ;"
  ).split(" "),
);

/**
 * Finds the conditions of SQL that can be dropped one by one: each conjunct of a `WHERE`, `ON` or `HAVING`, and of any
 * other `AND`, at every depth. The text may be a fragment with holes for expressions.
 *
 * @param holes the interpolations in the text.
 */
export function sqlConjuncts(text: string, holes: readonly Span[] = []): readonly Span[] {
  const found: Span[] = [];
  collect(tokensOf(text, holes), { from: 0, found });
  return found.toSorted((a, b) => a.start - b.start);
}

/** A condition of an `IF` in PL/pgSQL. */
export interface IfCondition extends Span {
  /** The alternatives between its `OR`s: one without any. */
  readonly branches: readonly Span[];
}

/** Finds the condition of each `IF` and `ELSIF` of PL/pgSQL. */
export function ifConditions(text: string, holes: readonly Span[] = []): readonly IfCondition[] {
  const tokens = tokensOf(text, holes);
  return tokens.flatMap(({ word }, index) => {
    if ((word !== "IF" && word !== "ELSIF") || tokens[index - 1]?.word === "END") return [];
    const branches: Token[][] = [[]];
    let depth = 0;
    for (const token of tokens.slice(index + 1)) {
      if (depth === 0 && token.word === "THEN") break;
      if (depth === 0 && token.word === "OR") {
        branches.push([]);
        continue;
      }
      if (closings.has(token.word)) depth += 1;
      if (token.word === ")" || token.word === "END") depth -= 1;
      branches.at(-1)?.push(token);
    }
    return [{ ...spanOf(branches.flat()), branches: branches.map(spanOf) }];
  });
}

/** Tokens that end a level: of parentheses, and of a `CASE`. */
const closings: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["CASE", "END"],
]);

/** Reads one level up to its closing token; returns the index after that. */
function collect(
  tokens: readonly Token[],
  {
    from,
    found,
    closing = ")",
  }: { readonly from: number; readonly found: Span[]; readonly closing?: string | undefined },
): number {
  let isClause = false;
  let isBetween = false;
  let hasAnd = false;
  let conjunct: Token[] = [];
  let branch: Token[][] = [];

  const endConjunct = () => {
    if (conjunct.length > 0) branch.push(conjunct);
    conjunct = [];
  };
  const endBranch = (isOnly: boolean) => {
    endConjunct();
    if (hasAnd || (isClause && isOnly)) found.push(...branch.map(spanOf));
    branch = [];
    hasAnd = false;
  };
  const endClause = () => {
    endBranch(true);
    isClause = false;
    isBetween = false;
  };

  let index = from;
  for (let token = tokens[index]; token !== undefined && token.word !== closing; token = tokens[index]) {
    index += 1;
    const inner = closings.get(token.word);
    if (inner !== undefined) {
      const after = collect(tokens, { from: index, found, closing: inner });
      conjunct.push(token, ...tokens.slice(index, after));
      index = after;
    } else if (token.word === "AND" && !isBetween) {
      endConjunct();
      hasAnd = true;
    } else if (token.word === "OR") {
      endBranch(false);
      // A disjunct alone is not a guard: the other disjuncts decide as well.
      isClause = false;
    } else if (starts.has(token.word)) {
      endClause();
      isClause = true;
    } else if (ends.has(token.word) && !(token.word === "FROM" && conjunct.at(-1)?.word === "DISTINCT")) {
      endClause();
    } else {
      isBetween = token.word === "BETWEEN" || (isBetween && token.word !== "AND");
      conjunct.push(token);
    }
  }
  endClause();
  return index + 1;
}

function spanOf(tokens: readonly Token[]): Span {
  return { start: tokens[0]?.start ?? 0, end: tokens.at(-1)?.end ?? 0 };
}

function tokensOf(text: string, holes: readonly Span[]): readonly Token[] {
  const tokens: Token[] = [];
  const token = /'(?:[^']|'')*'|"[^"]*"|:=|[\w.:]+|--[^\n]*|\S/y;
  for (let at = 0; at < text.length; ) {
    const hole = holes.find(({ start }) => start === at);
    if (hole !== undefined) {
      tokens.push({ ...hole, word: "$" });
      at = hole.end;
      continue;
    }
    token.lastIndex = at;
    const [word] = token.exec(text) ?? [];
    const end = at + (word?.length ?? 1);
    if (word !== undefined && !word.startsWith("--")) {
      tokens.push({ start: at, end, word: /^['"]/.test(word) ? "'" : word });
    }
    at = end;
  }
  return tokens;
}
