import { UnboundArgument } from "./bind-arguments.js";

/** The result code of an SQLite error, such as `SQLITE_BUSY`, wherever it hides; `null` when it is none. */
export function sqliteCode(error: unknown): string | null {
  for (let current = error; typeof current === "object" && current !== null; ) {
    if ("code" in current && typeof current.code === "string" && current.code.startsWith("SQLITE_")) {
      return current.code;
    }
    current = "cause" in current ? current.cause : null;
  }
  return null;
}

/** Another connection holds the lock: the same command may succeed in a moment. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== null && (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"));
}

/** The connection was opened on a read-only file, and stays read-only when the file does not. */
export function isReadOnly(error: unknown): boolean {
  return sqliteCode(error)?.startsWith("SQLITE_READONLY") ?? false;
}

/** The command itself is at fault, and would be again: constraint, syntax, type, range. */
export function isOwnFault(error: unknown): boolean {
  const code = sqliteCode(error);
  // Any other TypeError may be a failed fetch.
  if (code === null) return error instanceof UnboundArgument;
  return /^SQLITE_(CONSTRAINT|ERROR|MISMATCH|RANGE|TOOBIG|MISUSE)/.test(code);
}

/** Input/output, corruption and the like: it may last as long as the connection, and not occur on a new one. */
export function isConnectionFault(error: unknown): boolean {
  return sqliteCode(error) !== null && !isOwnFault(error) && !isBusy(error) && !isRefusedWrite(error);
}

/** A refusal of the volume, which a new connection gets, too. */
function isRefusedWrite(error: unknown): boolean {
  return isReadOnly(error) || sqliteCode(error)?.startsWith("SQLITE_FULL") === true;
}
