/** Begins the keys of ledger entries that the host creates: it separates them from the server's own keys. */
export const hostKeyPrefix = "host:";

/** Key of a ledger entry by the host. */
export const toHostKey = (key: string): string => `${hostKeyPrefix}${key}`;

/** How long the key of a movement without an entry is known, in milliseconds: 90 days. */
export const hostKeyRetentionMs = 90 * 24 * 60 * 60_000;
