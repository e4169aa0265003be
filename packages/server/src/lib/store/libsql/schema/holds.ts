/** Adds holds of credits that the host keeps itself: an active generation has one, and the outbox releases or captures it. */
export const holds: readonly string[] = [
  // JSON: the payer, and the host's reference or `sameDatabase`; `{}` after the end. NULL if the ledger has the debit.
  "ALTER TABLE safelight_generations ADD COLUMN hold TEXT",
  // The generation of a hold. One item for each: to release it before the commit, or to resolve it after the end.
  "ALTER TABLE safelight_outbox ADD COLUMN hold_key TEXT",
  "CREATE UNIQUE INDEX safelight_outbox_holds ON safelight_outbox (hold_key) WHERE hold_key IS NOT NULL",
];

/** `error`: text of the latest failure of an item. Immutable once released. */
export const outboxErrors: readonly string[] = ["ALTER TABLE safelight_outbox ADD COLUMN error TEXT"];
