/**
 * Recent erasures of owners, by an HMAC of the id. A write whose request began at a lower position is refused. Positions
 * are never used again, also after their rows are deleted. Immutable once released.
 */
export const erasedOwnersTable = `CREATE TABLE safelight_erased_owners (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        owner_mark TEXT NOT NULL UNIQUE,
        expires_at INTEGER NOT NULL
      ) STRICT`;
