import type { FailureCode, LedgerEntryKind, MediaKind } from "@safelight/client/contract";
import { integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { AttemptState, GenerationRecord } from "../../../generation/generation-record.js";
import type { GenerationState } from "../../../generation/generation-state.js";

/**
 * The tables for drizzle, so that a host can join its own tables with them. Read only: write through Safelight. The
 * migrations create them, with checks and indexes that are not repeated here. All times are epoch milliseconds; JSON is
 * stored as text.
 */

/**
 * The account that pays. `balance` is the sum of its ledger entries, never below 0. `initial` is the unspent rest of
 * the initial grant. `shared` is 1 if an owner with another id has paid from it.
 */
export const accounts = sqliteTable("safelight_accounts", {
  id: text("id").primaryKey(),
  balance: integer("balance").notNull(),
  initial: integer("initial").notNull(),
  shared: integer("shared").notNull().default(0),
  commandToken: text("command_token"),
  createdAt: integer("created_at").notNull(),
});

/**
 * The owner of generations. `sequence` counts the owner's visible changes, and the log begins at `logStart`. `rateTat`
 * and `refundTat` belong to the rate limiters. `turnAt` is the owner's last turn, for releases that do not know `turn`.
 */
export const owners = sqliteTable("safelight_owners", {
  id: text("id").primaryKey(),
  sequence: integer("sequence").notNull(),
  logStart: integer("log_start").notNull(),
  rateTat: real("rate_tat").notNull(),
  refundTat: real("refund_tat").notNull(),
  touchedAt: integer("touched_at").notNull(),
  createdAt: integer("created_at").notNull(),
  turnAt: integer("turn_at").notNull().default(0),
});

/**
 * One request for media. `accountId` paid and receives refunds, whose purchased part is forwarded to
 * `refundAccountId` if that is set. It starts from `notBefore` on, and fails at `expiresAt` unless it has an attempt, from
 * which on its deadline is `startedDeadlineAt`, if that is set. Active while `finishedAt` is null, a tombstone once
 * `deletedAt` is set. `gate`: key of the limits of its provider; `rank`: its place in the queue, in epoch milliseconds,
 * and `turn` without its priority, 0 if later submits do not follow it. `teamId`: the team that sees it, too;
 * `teamSequence`: its place in the event log of the team.
 */
export const generations = sqliteTable("safelight_generations", {
  id: text("id").primaryKey(),
  ownerId: text("owner_id").notNull(),
  accountId: text("account_id").notNull(),
  refundAccountId: text("refund_account_id"),
  model: text("model").notNull(),
  kind: text("kind").$type<MediaKind>().notNull(),
  scope: text("scope"),
  state: text("state").$type<GenerationState>().notNull(),
  version: integer("version").notNull(),
  sequence: integer("sequence"),
  epoch: integer("epoch").notNull(),
  commandToken: text("command_token").notNull(),
  ownerToken: text("owner_token"),
  claimToken: text("claim_token"),
  dueAt: integer("due_at"),
  leased: integer("leased").notNull(),
  woken: integer("woken").notNull(),
  expiredLeases: integer("expired_leases").notNull(),
  attempts: integer("attempts").notNull(),
  maxAttempts: integer("max_attempts").notNull(),
  deadlineAt: integer("deadline_at").notNull(),
  requestedOutputs: integer("requested_outputs").notNull(),
  storagePrefix: text("storage_prefix").notNull(),
  progress: real("progress"),
  progressSource: text("progress_source").$type<GenerationRecord["progressSource"]>().notNull(),
  queuePosition: integer("queue_position"),
  progressAt: integer("progress_at"),
  previewKey: text("preview_key"),
  previewContentType: text("preview_content_type"),
  failureCode: text("failure_code").$type<FailureCode>(),
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
  notBefore: integer("not_before"),
  expiresAt: integer("expires_at"),
  startedDeadlineAt: integer("started_deadline_at"),
  gate: text("gate"),
  rank: integer("rank").notNull().default(0),
  groupId: text("group_id"),
  hold: text("hold"),
  teamId: text("team_id"),
  teamSequence: integer("team_sequence"),
  turn: integer("turn").notNull().default(0),
});

/**
 * One attempt at a provider. `costs`: list of `{ amount, unit }` that the vendor charges the host, in its own units.
 */
export const attempts = sqliteTable(
  "safelight_attempts",
  {
    generationId: text("generation_id").notNull(),
    number: integer("number").notNull(),
    state: text("state").$type<AttemptState>().notNull(),
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
    storedOutputs: text("stored_outputs"),
    gate: text("gate"),
    jobCancel: text("job_cancel"),
  },
  (table) => [primaryKey({ columns: [table.generationId, table.number] })],
);

/** One produced file of a completed generation. */
export const outputs = sqliteTable(
  "safelight_outputs",
  {
    generationId: text("generation_id").notNull(),
    index: integer("index").notNull(),
    kind: text("kind").$type<MediaKind>().notNull(),
    storageKey: text("storage_key").notNull(),
    contentType: text("content_type").notNull(),
    byteLength: integer("byte_length").notNull(),
    sha256: text("sha256").notNull(),
    width: integer("width"),
    height: integer("height"),
    durationMs: integer("duration_ms"),
    placeholder: text("placeholder"),
    thumbnail: text("thumbnail"),
    provenance: text("provenance"),
    flags: text("flags"),
  },
  (table) => [primaryKey({ columns: [table.generationId, table.index] })],
);

/** An upload that inputs of its owner may refer to. */
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
  durationMs: integer("duration_ms"),
});

/** Append-only ledger entries. `initial` is the part of `amount` that belongs to the account's initial grant. */
export const ledgerEntries = sqliteTable("safelight_ledger_entries", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  accountId: text("account_id").notNull(),
  generationId: text("generation_id"),
  kind: text("kind").$type<LedgerEntryKind>().notNull(),
  amount: integer("amount").notNull(),
  initial: integer("initial").notNull().default(0),
  resolvesEntryId: integer("resolves_entry_id"),
  reason: text("reason"),
  key: text("key").notNull(),
  keyHash: text("key_hash"),
  createdAt: integer("created_at").notNull(),
});

/** Durations of generations: counts per bucket, with four buckets for each doubling of milliseconds. */
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
