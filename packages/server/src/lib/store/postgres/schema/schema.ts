import type { FailureCode, LedgerEntryKind, MediaKind } from "@safelight/client/contract";
import { isNotNull, isNull, sql } from "drizzle-orm";
import {
  bigint,
  doublePrecision,
  index,
  type PgTableFn,
  pgSchema,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
} from "drizzle-orm/pg-core";
import type { AttemptState, GenerationRecord } from "../../../generation/generation-record.js";
import type { GenerationState } from "../../../generation/generation-state.js";

/** The location of the tables: pass the values of `postgresStore`. */
export interface TableNames<Prefix extends string = string> {
  /** @default "public" */
  readonly schema?: string;
  /** @default "safelight_" */
  readonly prefix?: Prefix;
}

/**
 * Defines the tables for drizzle, so that a host can join its own tables with them. Read only: write through Safelight.
 * The migrations create them, with checks and collations that are not repeated here. All times are epoch milliseconds;
 * JSON is stored as text. Names of tables and columns are those of `@safelight/server/schema`.
 *
 * @example
 * ```ts
 * const { generations } = defineTables({ schema: "media" });
 * const rows = await database.select().from(generations).where(eq(generations.ownerId, "ada"));
 * ```
 */
export function defineTables<const Prefix extends string = "safelight_">({
  schema = "public",
  // The cast is safe: without a given prefix, the type is that of the default.
  prefix = "safelight_" as Prefix,
}: TableNames<Prefix> = {}) {
  // drizzle refuses to name the default schema. The cast is safe: only the type of the schema's name differs.
  const define = schema === "public" ? (pgTable as PgTableFn<string | undefined>) : pgSchema(schema).table;
  const into: Target<Prefix> = { define, prefix };
  return {
    accounts: defineAccounts(into),
    owners: defineOwners(into),
    generations: defineGenerations(into),
    attempts: defineAttempts(into),
    outputs: defineOutputs(into),
    ledgerEntries: defineLedgerEntries(into),
  };
}

interface Target<Prefix extends string> {
  readonly define: PgTableFn<string | undefined>;
  readonly prefix: Prefix;
}

/** All values are safe integers. */
const integer = (name: string) => bigint(name, { mode: "number" });

/**
 * The account that pays. `balance` is the sum of its ledger entries, never below 0. `initial` is the unspent rest of
 * the initial grant. `shared` is 1 if an owner with another id has paid from it.
 */
function defineAccounts<Prefix extends string>({ define, prefix }: Target<Prefix>) {
  return define(`${prefix}accounts`, {
    id: text("id").primaryKey(),
    balance: integer("balance").notNull(),
    initial: integer("initial").notNull(),
    shared: smallint("shared").notNull().default(0),
    commandToken: text("command_token"),
    createdAt: integer("created_at").notNull(),
  });
}

/**
 * The owner of generations. `sequence` counts the owner's visible changes, and the log begins at `logStart`. `rateTat`
 * and `refundTat` belong to the rate limiters. `turnAt` is the owner's last turn, for releases that do not know `turn`.
 */
function defineOwners<Prefix extends string>({ define, prefix }: Target<Prefix>) {
  return define(`${prefix}owners`, {
    id: text("id").primaryKey(),
    sequence: integer("sequence").notNull(),
    logStart: integer("log_start").notNull(),
    rateTat: doublePrecision("rate_tat").notNull(),
    refundTat: doublePrecision("refund_tat").notNull(),
    touchedAt: integer("touched_at").notNull(),
    createdAt: integer("created_at").notNull(),
    turnAt: integer("turn_at").notNull().default(0),
  });
}

const generationColumns = {
  id: text("id").primaryKey(),
  ownerId: text("owner_id").notNull(),
  accountId: text("account_id").notNull(),
  refundAccountId: text("refund_account_id"),
  model: text("model").notNull(),
  kind: text("kind").$type<MediaKind>().notNull(),
  scope: text("scope"),
  state: text("state").$type<GenerationState>().notNull(),
  version: integer("version").notNull(),
  sequence: integer("sequence").notNull(),
  epoch: integer("epoch").notNull(),
  commandToken: text("command_token").notNull(),
  ownerToken: text("owner_token"),
  claimToken: text("claim_token"),
  dueAt: integer("due_at"),
  leased: smallint("leased").notNull(),
  woken: smallint("woken").notNull(),
  expiredLeases: integer("expired_leases").notNull(),
  attempts: integer("attempts").notNull(),
  maxAttempts: integer("max_attempts").notNull(),
  deadlineAt: integer("deadline_at").notNull(),
  requestedOutputs: integer("requested_outputs").notNull(),
  storagePrefix: text("storage_prefix").notNull(),
  progress: doublePrecision("progress"),
  progressSource: text("progress_source").$type<GenerationRecord["progressSource"]>().notNull(),
  queuePosition: integer("queue_position"),
  progressAt: integer("progress_at"),
  previewKey: text("preview_key"),
  previewContentType: text("preview_content_type"),
  failureCode: text("failure_code").$type<FailureCode>(),
  credits: integer("credits").notNull(),
  refundedCredits: integer("refunded_credits").notNull(),
  dropOnCancel: smallint("drop_on_cancel").notNull(),
  refunds: text("refunds"),
  refundIntervalMs: doublePrecision("refund_interval_ms"),
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
};

/**
 * One request for media. `accountId` paid and receives refunds, whose purchased part is forwarded to
 * `refundAccountId` if that is set. It starts from `notBefore` on, and fails at `expiresAt` unless it has an attempt, from
 * which on its deadline is `startedDeadlineAt`, if that is set. Active while `finishedAt` is null, a tombstone once
 * `deletedAt` is set. `gate`: key of the limits of its provider; `rank`: its place in the queue, in epoch milliseconds,
 * and `turn` without its priority, 0 if later submits do not follow it. `teamId`: the team that sees it, too;
 * `teamSequence`: its place in the event log of the team.
 */
function defineGenerations<Prefix extends string>({ define, prefix }: Target<Prefix>) {
  return define(`${prefix}generations`, generationColumns, (table) => {
    const { deletedAt, dueAt, finishedAt, gate, id, model, ownerId, refundAccountId, scope, seenAt } = table;
    const isWaiting = sql`${table.state} IN ('queued', 'retry_wait') AND ${table.leased} = 0 AND ${dueAt} <= ${table.touchedAt}`;
    const indexOf = (name: string) => index(`${prefix}generations_${name}`);
    return [
      indexOf("due").on(dueAt).where(sql`${dueAt} IS NOT NULL AND NOT (${isWaiting})`),
      indexOf("waiting").on(gate, table.rank).where(isWaiting),
      indexOf("owner_waiting").on(ownerId, table.turn).where(sql`${ownerId} > '' AND ${isWaiting}`),
      indexOf("model_due")
        .on(model, dueAt)
        .where(sql`${model} > '' AND ${dueAt} IS NOT NULL AND NOT (${gate} IS NOT NULL AND ${isWaiting})`),
      indexOf("gate_deadline")
        .on(table.deadlineAt)
        .where(sql`${table.deadlineAt} > 0 AND ${gate} IS NOT NULL AND ${isWaiting}`),
      indexOf("gate_model").on(gate, model, dueAt).where(sql`${model} > '' AND ${gate} IS NOT NULL AND ${isWaiting}`),
      indexOf("scheduled").on(ownerId, table.rank).where(sql`${table.notBefore} IS NOT NULL AND ${finishedAt} IS NULL`),
      indexOf("in_flight")
        .on(gate)
        .where(sql`${gate} IS NOT NULL AND (${table.state} IN ('submitting', 'running', 'reconciling')
          OR (${table.leased} = 1 AND ${table.state} IN ('queued', 'retry_wait')))`),
      indexOf("active").on(ownerId, id).where(isNull(finishedAt)),
      indexOf("unseen")
        .on(ownerId, finishedAt, scope)
        .where(sql`${finishedAt} IS NOT NULL AND ${seenAt} IS NULL AND ${deletedAt} IS NULL`),
      indexOf("history").on(ownerId, id, model, scope).where(isNull(deletedAt)),
      indexOf("history_of_state")
        .on(ownerId, table.state, id, model, scope)
        .where(sql`${finishedAt} IS NOT NULL AND ${deletedAt} IS NULL`),
      indexOf("sequence").on(ownerId, table.sequence),
      indexOf("account").on(table.accountId).where(sql`coalesce(${finishedAt}, 0) = 0`),
      indexOf("refund_account").on(refundAccountId).where(isNotNull(refundAccountId)),
      indexOf("group").on(table.groupId).where(isNotNull(table.groupId)),
      indexOf("team_sequence").on(table.teamId, table.teamSequence).where(isNotNull(table.teamId)),
      indexOf("team_active").on(table.teamId, id).where(sql`${table.teamId} IS NOT NULL AND ${finishedAt} IS NULL`),
      indexOf("team_history")
        .on(table.teamId, id, model, scope)
        .where(sql`${table.teamId} IS NOT NULL AND ${deletedAt} IS NULL`),
      indexOf("team_history_of_state")
        .on(table.teamId, table.state, id, model, scope)
        .where(sql`${table.teamId} IS NOT NULL AND ${finishedAt} IS NOT NULL AND ${deletedAt} IS NULL`),
      indexOf("ended").on(finishedAt).where(sql`${finishedAt} IS NOT NULL AND ${deletedAt} IS NULL`),
    ];
  });
}

/**
 * One attempt at a provider. `costs`: list of `{ amount, unit }` that the vendor charges the host, in its own units.
 */
function defineAttempts<Prefix extends string>({ define, prefix }: Target<Prefix>) {
  const columns = {
    generationId: text("generation_id").notNull(),
    number: integer("number").notNull(),
    state: text("state").$type<AttemptState>().notNull(),
    token: text("token").notNull().unique(`${prefix}attempts_token_key`),
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
  };
  return define(`${prefix}attempts`, columns, ({ generationId, number }) => [
    primaryKey({ name: `${prefix}attempts_pkey`, columns: [generationId, number] }),
  ]);
}

/** One produced file of a completed generation. */
function defineOutputs<Prefix extends string>({ define, prefix }: Target<Prefix>) {
  const columns = {
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
  };
  return define(`${prefix}outputs`, columns, (table) => [
    index(`${prefix}outputs_sha256`).on(table.sha256, table.generationId, table.index),
    primaryKey({ name: `${prefix}outputs_pkey`, columns: [table.generationId, table.index] }),
  ]);
}

/** `role` is null for entries of the host. */
const roleSql = sql`CASE
  WHEN kind = 'debit' THEN 'debit' WHEN kind IN ('capture', 'refund') THEN 'resolution'
END`;

/** Append-only ledger entries. `initial` is the part of `amount` that belongs to the account's initial grant. */
function defineLedgerEntries<Prefix extends string>({ define, prefix }: Target<Prefix>) {
  const named = (name: string) => `${prefix}ledger_entries_${name}`;
  const columns = {
    id: integer("id").generatedByDefaultAsIdentity().primaryKey(),
    accountId: text("account_id").notNull(),
    generationId: text("generation_id"),
    kind: text("kind").$type<LedgerEntryKind>().notNull(),
    role: text("role").$type<"debit" | "resolution">().generatedAlwaysAs(roleSql),
    amount: integer("amount").notNull(),
    initial: integer("initial").notNull().default(0),
    resolvesEntryId: integer("resolves_entry_id").unique(named("resolves_entry_id_key")),
    reason: text("reason"),
    key: text("key").notNull(),
    keyHash: text("key_hash"),
    createdAt: integer("created_at").notNull(),
  };
  return define(`${prefix}ledger_entries`, columns, ({ accountId, generationId, id, key, role }) => [
    index(named("account")).on(accountId, id),
    unique(named("account_id_key_key")).on(accountId, key),
    unique(named("generation_id_role_key")).on(generationId, role),
  ]);
}
