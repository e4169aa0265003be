import { StoreUnavailable } from "../../ports/store/store-unavailable.js";

/** Precedes the message with which a trigger of a frozen libSQL database refuses a write: SQLite has no codes of its own. */
export const frozenMark = "safelight frozen: ";

/** SQLSTATE with which a trigger of a frozen Postgres database refuses a write. */
export const frozenState = "SL001";

/** The error of a command that was refused because its database is copied, has moved, or is a copy. Nothing was written. */
export function frozenDatabase(cause: unknown): StoreUnavailable {
  const message = "The database is read-only: it is being copied, has moved, or is an unfinished copy.";
  return new StoreUnavailable(message, { cause, isFrozen: true, retryAfterMs: 5_000 });
}
