const leadingSpace = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;

/** Statements that access the served database only. `ATTACH` and `VACUUM INTO` would write any file of the machine. */
const allowed = new Set([
  "alter",
  "analyze",
  "begin",
  "commit",
  "create",
  "delete",
  "drop",
  "end",
  "explain",
  "insert",
  "pragma",
  "reindex",
  "release",
  "replace",
  "rollback",
  "savepoint",
  "select",
  "update",
  "values",
  "with",
]);

/** Whether the server runs a statement, by its first word. */
export function isAllowedStatement(sql: string): boolean {
  const [word = ""] = /^[a-z]+/i.exec(sql.replace(leadingSpace, "")) ?? [];
  return allowed.has(word.toLowerCase());
}
