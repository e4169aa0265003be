/** `error`: text of the latest failure of an item. Immutable once released. */
export const outboxErrors: readonly string[] = ["ALTER TABLE safelight_outbox ADD COLUMN error TEXT"];
