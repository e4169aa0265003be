import { integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The tables as drizzle sees them, so that a host can join its own with them. Read from them; write through Safelight
 * only. The migrations make them, with the checks and indexes that are not repeated here.
 * All instants are epoch milliseconds; JSON is kept as text.
 */

/**
 * Who pays. `balance` is the sum of the account's ledger entries, and never below 0, `initial` what is left in it of the
 * initial grant; `shared` says whether others than the owner of its id have paid from it.
 */
export const accounts = sqliteTable("safelight_accounts", {
  id: text("id").primaryKey(),
  balance: integer("balance").notNull(),
  initial: integer("initial").notNull(),
  shared: integer("shared").notNull().default(0),
  commandToken: text("command_token"),
  createdAt: integer("created_at").notNull(),
});

/** Who sees. `sequence` counts the owner's visible changes, and `logStart` is where their log begins; `rateTat` and `refundTat` are the limiters'. */
export const owners = sqliteTable("safelight_owners", {
  id: text("id").primaryKey(),
  sequence: integer("sequence").notNull(),
  logStart: integer("log_start").notNull(),
  rateTat: real("rate_tat").notNull(),
  refundTat: real("refund_tat").notNull(),
  touchedAt: integer("touched_at").notNull(),
  createdAt: integer("created_at").notNull(),
});

/**
 * One request for media. `accountId` paid, and what comes back goes there; what is no initial grant moves on from there to
 * `refundAccountId`, if that names one. Active while `finishedAt` is null, a tombstone once `deletedAt` is not.
 */
export const generations = sqliteTable("safelight_generations", {
  id: text("id").primaryKey(),
  ownerId: text("owner_id").notNull(),
  accountId: text("account_id").notNull(),
  refundAccountId: text("refund_account_id"),
  model: text("model").notNull(),
  kind: text("kind").notNull(),
  scope: text("scope"),
  state: text("state").notNull(),
  version: integer("version").notNull(),
  sequence: integer("sequence"),
  epoch: integer("epoch").notNull(),
  commandToken: text("command_token").notNull(),
  ownerToken: text("owner_token"),
  claimToken: text("claim_token"),
  dueAt: integer("due_at"),
  leased: integer("leased").notNull(),
  woken: integer("woken").notNull(),
  lapses: integer("lapses").notNull(),
  attempts: integer("attempts").notNull(),
  maxAttempts: integer("max_attempts").notNull(),
  deadlineAt: integer("deadline_at").notNull(),
  requestedOutputs: integer("requested_outputs").notNull(),
  storagePrefix: text("storage_prefix").notNull(),
  progress: real("progress"),
  progressSource: text("progress_source").notNull(),
  queuePosition: integer("queue_position"),
  progressAt: integer("progress_at"),
  previewKey: text("preview_key"),
  previewContentType: text("preview_content_type"),
  failureCode: text("failure_code"),
  credits: integer("credits").notNull(),
  refundedCredits: integer("refunded_credits").notNull(),
  dropOnCancel: integer("drop_on_cancel").notNull(),
  refunds: text("refunds"),
  refundIntervalMs: real("refund_interval_ms"),
  retryOf: text("retry_of"),
  createdAt: integer("created_at").notNull(),
  touchedAt: integer("touched_at").notNull(),
  startedAt: integer("started_at"),
  finishedAt: integer("finished_at"),
  seenAt: integer("seen_at"),
  noticedAt: integer("noticed_at"),
  noticeClaim: text("notice_claim"),
  noticeUntil: integer("notice_until"),
  expectedAt: integer("expected_at"),
  cancelRequestedAt: integer("cancel_requested_at"),
  deletedAt: integer("deleted_at"),
  metadata: text("metadata"),
  input: text("input"),
  parsedInput: text("parsed_input"),
});

/** One try at a provider. `costs`: what the vendor charges the host for it, a list of `{ amount, unit }`, in its own units. */
export const attempts = sqliteTable(
  "safelight_attempts",
  {
    generationId: text("generation_id").notNull(),
    number: integer("number").notNull(),
    state: text("state").notNull(),
    token: text("token").notNull(),
    providerId: text("provider_id").notNull(),
    operation: text("operation"),
    operationHint: text("operation_hint"),
    outputs: text("outputs"),
    failure: text("failure"),
    startedAt: integer("started_at").notNull(),
    unknownAt: integer("unknown_at"),
    endedAt: integer("ended_at"),
    costs: text("costs"),
    kept: text("kept"),
  },
  (table) => [primaryKey({ columns: [table.generationId, table.number] })],
);

/** One produced file of a completed generation. */
export const outputs = sqliteTable(
  "safelight_outputs",
  {
    generationId: text("generation_id").notNull(),
    index: integer("index").notNull(),
    kind: text("kind").notNull(),
    storageKey: text("storage_key").notNull(),
    contentType: text("content_type").notNull(),
    byteLength: integer("byte_length").notNull(),
    sha256: text("sha256").notNull(),
    width: integer("width"),
    height: integer("height"),
    durationMs: integer("duration_ms"),
    placeholder: text("placeholder"),
    thumbnail: text("thumbnail"),
  },
  (table) => [primaryKey({ columns: [table.generationId, table.index] })],
);

/** An uploaded picture, to which the inputs of its owner may refer. */
export const inputs = sqliteTable("safelight_inputs", {
  id: text("id").primaryKey(),
  ownerId: text("owner_id").notNull(),
  storageKey: text("storage_key").notNull(),
  contentType: text("content_type").notNull(),
  byteLength: integer("byte_length").notNull(),
  sha256: text("sha256").notNull(),
  width: integer("width").notNull(),
  height: integer("height").notNull(),
  createdAt: integer("created_at").notNull(),
  usedAt: integer("used_at").notNull(),
});

/** Append-only movements of credits. `initial` is the part of `amount` that is of the account's initial grant. */
export const ledgerEntries = sqliteTable("safelight_ledger_entries", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  accountId: text("account_id").notNull(),
  generationId: text("generation_id"),
  kind: text("kind").notNull(),
  amount: integer("amount").notNull(),
  initial: integer("initial").notNull().default(0),
  resolvesEntryId: integer("resolves_entry_id"),
  reason: text("reason"),
  key: text("key").notNull(),
  keyHash: text("key_hash"),
  createdAt: integer("created_at").notNull(),
});

/** How long generations took: counts by the quarter of a doubling of milliseconds. */
export const timings = sqliteTable(
  "safelight_timings",
  {
    model: text("model").notNull(),
    providerId: text("provider_id").notNull(),
    size: integer("size").notNull(),
    bucket: integer("bucket").notNull(),
    count: integer("count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.model, table.providerId, table.size, table.bucket] })],
);
