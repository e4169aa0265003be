const leadingSpace = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;

/** Statements that change neither the schema nor the connection. */
const data = new Set([
  "begin",
  "commit",
  "delete",
  "end",
  "explain",
  "insert",
  "release",
  "replace",
  "rollback",
  "savepoint",
  "select",
  "update",
  "values",
  "with",
]);
/** Others that access the served database only. `ATTACH` and `VACUUM INTO` would write any file of the machine. */
const others = new Set(["alter", "analyze", "create", "drop", "pragma", "reindex"]);

/** Whether the server runs a statement, by its first word. */
export function isAllowedStatement(sql: string): boolean {
  const word = firstWordOf(sql);
  return data.has(word) || others.has(word);
}

/** Whether a statement only reads or writes rows: later statements of its connection run as on a new one. */
export function isDataStatement(sql: string): boolean {
  return data.has(firstWordOf(sql));
}

function firstWordOf(sql: string): string {
  const [word = ""] = /^[a-z]+/i.exec(sql.replace(leadingSpace, "")) ?? [];
  return word.toLowerCase();
}
