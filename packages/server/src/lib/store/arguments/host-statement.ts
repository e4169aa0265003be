/** Statements on the host's own table of balances, with the parameters `:accountId`, `:credits` and `:key`. */
export interface HostStatements {
  readonly take: string;
  readonly give: string;
}

const literalOrName = /'[^']*'|(?<!:):([a-zA-Z]\w*)/g;

/** Replaces the parameters of a host's statement by expressions. */
export function withExpressions(
  statement: string,
  expressions: Readonly<Record<"accountId" | "credits" | "key", string>>,
): string {
  // `checkHostCredits` has refused other names.
  const named: Readonly<Record<string, string>> = expressions;
  return statement.replace(literalOrName, (found, name: string | undefined) =>
    name === undefined ? found : (named[name] ?? found),
  );
}
