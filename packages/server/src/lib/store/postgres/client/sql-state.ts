/** A class never begins with an E, but a code of Node does, such as `EPIPE`. */
const statePattern = /^(?!E)[0-9A-Z]{5}$/;

/** Finds the SQLSTATE of an error or its causes, such as `40001`; `null` if there is none. */
export function sqlState(error: unknown): string | null {
  let current = error;
  // A cause may refer to itself.
  for (let depth = 0; depth < 10 && typeof current === "object" && current !== null; depth += 1) {
    if ("code" in current && typeof current.code === "string" && statePattern.test(current.code)) {
      return current.code;
    }
    current = "cause" in current ? current.cause : null;
  }
  return null;
}

/** `invalid_sql_statement_name` and `duplicate_prepared_statement`: the pooler has switched the session. */
const lostNameStates = ["26000", "42P05"];

/** The server does not have the named statement, or has one that the client did not name. It ran nothing. */
export function isLostName(error: unknown): boolean {
  return lostNameStates.includes(sqlState(error) ?? "");
}

/**
 * The server refused a named statement, and has run nothing. Also for a feature that is not supported, as when the columns
 * of a named statement have changed: without a name, it may be accepted.
 */
export function isRefusedName(error: unknown): boolean {
  return isLostName(error) || sqlState(error) === "0A000";
}

/** Connection exception, timeout of an idle session, shutdown, system error, internal error. */
const fatalClasses = ["08", "25P", "57P", "58", "XX"];
/** `read_only_sql_transaction`, as after a failover, and `too_many_connections`. */
const fatalStates = ["25006", "53300"];

/**
 * Whether a connection has no further use after this error of a statement. After other errors, such as a lock timeout, the
 * server has rolled back and waits for the next statement. An error without a SQLSTATE is one of the client, such as a
 * timeout or a lost socket.
 */
export function endsConnection(error: unknown): boolean {
  const state = sqlState(error);
  if (state === null || isRefusedName(error) || fatalStates.includes(state)) return true;
  return fatalClasses.some((fatal) => state.startsWith(fatal));
}
