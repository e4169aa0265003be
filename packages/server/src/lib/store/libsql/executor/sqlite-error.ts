import { frozenDatabase, frozenMark } from "../../calls/frozen-database.js";
import { UnboundArgument } from "./bind-arguments.js";
import { HostStatementFault } from "./host-step.js";

/** Finds the SQLite result code, such as `SQLITE_BUSY`, of an error or its causes; `null` if there is none. */
export function sqliteCode(error: unknown): string | null {
  for (let current = error; typeof current === "object" && current !== null; ) {
    if ("code" in current && typeof current.code === "string" && current.code.startsWith("SQLITE_")) {
      return current.code;
    }
    current = "cause" in current ? current.cause : null;
  }
  return null;
}

/** Another connection holds the lock: a retry of the same command may succeed. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== null && (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"));
}

/** The connection was opened on a read-only file. It stays read-only even after the file becomes writable. */
export function isReadOnly(error: unknown): boolean {
  return sqliteCode(error)?.startsWith("SQLITE_READONLY") ?? false;
}

/** The command itself is at fault, and a repeat would fail again: constraint, syntax, type, range. */
export function isPermanentError(error: unknown): boolean {
  const code = sqliteCode(error);
  // Any other TypeError may be a failed fetch.
  if (code === null) return error instanceof UnboundArgument || error instanceof HostStatementFault;
  return /^SQLITE_(CONSTRAINT|ERROR|MISMATCH|RANGE|TOOBIG|MISUSE)/.test(code);
}

/** An I/O error, corruption and the like. It may last as long as the connection, and not occur on a new one. */
export function isConnectionFault(error: unknown): boolean {
  return sqliteCode(error) !== null && !isPermanentError(error) && !isBusy(error) && !isRefusedWrite(error);
}

/** The volume refused the write; it would refuse a new connection, too. */
function isRefusedWrite(error: unknown): boolean {
  return isReadOnly(error) || sqliteCode(error)?.startsWith("SQLITE_FULL") === true;
}

/**
 * A trigger refused the write: the database is copied, or has moved. The mark of the message tells it from a trigger of
 * the host, because SQLite has one code for both.
 */
export function isFrozen(error: unknown): boolean {
  if (sqliteCode(error)?.startsWith("SQLITE_CONSTRAINT") !== true) return false;
  return error instanceof Error && error.message.includes(frozenMark);
}

/** The error with which a refused command ends. */
export function rejectionOf(error: unknown): unknown {
  return isFrozen(error) ? frozenDatabase(error) : error;
}
