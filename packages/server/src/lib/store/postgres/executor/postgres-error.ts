import { frozenState } from "../../calls/frozen-database.js";
import { sqlState } from "../client/sql-state.js";

/** Two commands waited for each other. The locks of the commands have one order, so this is a defect. */
export function isDeadlock(error: unknown): boolean {
  return sqlState(error) === "40P01";
}

/** A function does not exist: a newer release may have dropped it. */
export function isMissingFunction(error: unknown): boolean {
  return sqlState(error) === "42883";
}

/** Serialization failure, deadlock, lock timeout, canceled statement, too many connections. */
const busyStates = ["40001", "40P01", "55P03", "57014", "53300"];

/** Other transactions hold the locks or the connections: a retry may succeed. */
export function isBusy(error: unknown): boolean {
  return busyStates.includes(sqlState(error) ?? "");
}

/** Data, constraint, syntax or missing object, limit of the database, feature, cardinality, raised by a function. */
const ownFaultClasses = ["22", "23", "42", "54", "0A", "21", "P0"];

/** The statement itself is at fault, and a repeat would fail again. */
export function isPermanentError(error: unknown): boolean {
  return ownFaultClasses.includes(sqlState(error)?.slice(0, 2) ?? "");
}

/** A trigger refused the write: the database is copied, or has moved. */
export function isFrozen(error: unknown): boolean {
  return sqlState(error) === frozenState;
}
