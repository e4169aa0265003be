import { equivalentExits } from "./equivalent-exits.js";
import type { Equivalents } from "./mutant.js";

/** A listed guard that no longer exists is an error. */
export const equivalents: readonly Equivalents[] = [
  {
    because: "only the row of this command has the mark; the id is for the index",
    guards: [
      "resolve-debit.ts resolveDebit (insert ledger_entries): g.id = :id",
      "resolve-debit.ts resolveDebit (insert ledger_entries): g.id = :id (2)",
      "resolve-debit.ts endEntries (select generations): g.id = :id",
      "end-side-effects.ts deleteUnusedObjects (insert outbox): id = :id",
      "end-side-effects.ts deleteUnusedObjects: id = :id",
      "end-side-effects.ts deleteUnusedObjects (update generations): id = :id",
      "end-side-effects.ts cancelJobs: g.id = :id",
      "end-side-effects.ts endedAndDeleted (select generations): id = :id",
      "sequences.ts assignSequence (update owners): id = :id",
      "sequences.ts assignSequence (update generations): id = :id",
      "sequences.ts assignSequencesOf (update generations): {which.generations}",
      "owner-writes.ts removeStatements: id = :id",
      "retention.ts purgeGenerationsStatements: {named}",
      "settle.ts refundBudgetGuards: id = :id",
      "settle.ts settleStatements (insert outputs): g.id = :id",
      "submit.ts fresh: id = :id",
      "transfer.ts hasMoved: owner_id = :ownerId",
    ],
  },
  {
    because: "only an owner of this command is behind their own generations; the ids are for the index",
    guards: [
      "sequences.ts assignSequencesOf (update owners): {which.owners}",
      "retention.ts purgeGenerationsStatements: {named} (2)",
    ],
  },
  {
    because: "the token belongs to this command or attempt alone; the id is for the index",
    guards: [
      "attempt-state.ts workerVerdict (select generations): id = :id",
      "advance.ts recordIntentStatements (insert attempts): id = :id",
      "advance.ts unwantedGuards: g.id = :id",
      "advance.ts recordOperationStatements (update attempts): generation_id = :id",
      "advance.ts recordResultStatements (update attempts): generation_id = :id",
      "claim.ts readClaimed (select generations): g.id IN (SELECT value FROM json_each(:ids))",
      "transfer.ts isMoving: id = :from",
      "webhooks.ts isFresh: generation_id = :id",
      "webhooks.ts isFresh: attempt = :attempt",
      "webhooks.ts isFresh: delivery_id = :deliveryId",
      "actions.ts isWritten: id = :id",
      "actions.ts adjustByOperatorStatements: id = :accountId",
    ],
  },
  {
    because: "the keys belong to this generation alone; the accounts are for the index",
    guards: [
      "resolve-debit.ts endEntries (select generations): entry.account_id IN (g.account_id, g.refund_account_id)",
      "resolve-debit.ts resolveDebit (insert ledger_entries): resolution.account_id = g.account_id",
      "reads.ts listEntriesStatement (select operator_actions): l.account_id IN (g.account_id, g.refund_account_id)",
    ],
  },
  {
    because: "a generation that has ended is never due, so the next condition fails too",
    guards: ["actions.ts wakeGuards: finished_at IS NULL"],
  },
  {
    because: "the grammar of SQLite needs a WHERE between a SELECT and ON CONFLICT",
    guards: ["actions.ts insertAction (insert operator_actions): true"],
  },
  {
    because: "before its end a generation has one ledger entry, the debit",
    guards: ["resolve-debit.ts resolveDebit (insert ledger_entries): debit.kind = 'debit'"],
  },
  {
    because: "the first end has cleared the columns that it would act on; a repeat has no effect",
    guards: [
      "end-side-effects.ts deleteUnusedObjects (insert outbox): {isMarked}",
      "end-side-effects.ts deleteUnusedObjects (update generations): {isMarked}",
      "end-side-effects.ts deleteUnusedObjects (update generations): preview_key IS NOT NULL",
      "end-side-effects.ts endedAndDeleted (select generations): {isMarked}",
      "advance.ts recordResultStatements: command_token <> :token",
    ],
  },
  {
    because: "runs in commands that end a generation only",
    guards: ["end-side-effects.ts endedAndDeleted (select generations): finished_at IS NOT NULL"],
  },
  {
    because: "a comparison with NULL is not true, so the next condition fails too",
    guards: ["progress.ts dropReplacedPreview (insert outbox): :previewKey IS NOT NULL"],
  },
  {
    because: "the deadline bounds the due time of a known model, so the minimum is the same",
    guards: [
      "claim.ts nextDueStatement: model = active.model",
      "claim.ts nextDueStatement: active.model NOT IN (SELECT value FROM json_each(:models))",
    ],
  },
  {
    because: "candidates are ordered by due time, and the claim checks it again",
    guards: ["due.ts isDue: due_at <= {now}"],
    together: ["claim.ts claimGuards.due"],
  },
  {
    because: "the token belongs to this claim alone; the ids are for the index",
    guards: ["claim.ts updateAttempts (update attempts): id IN (SELECT value FROM json_each(:ids))"],
  },
  {
    because: "only this claim has just made the generation reconciling, so the intent belongs to it",
    guards: [
      "claim.ts updateAttempts (update attempts): claim_token = :token",
      "claim.ts updateAttempts (update attempts): state = 'reconciling'",
    ],
    together: [
      "claim.ts updateAttempts (update attempts): id IN (SELECT value FROM json_each(:ids))",
      "claim.ts updateAttempts (update attempts): claim_token = :token",
      "claim.ts updateAttempts (update attempts): state = 'reconciling'",
    ],
  },
  {
    because: "the claim checks the condition of the first read again",
    guards: ["notices.ts needsNotice: seen_at IS NULL"],
    together: [
      "notices.ts needsNotice: seen_at IS NULL",
      "notices.ts claimNoticesStatements (select generations): g.seen_at IS NULL",
    ],
  },
  {
    because: "the claim checks the condition of the first read again",
    guards: ["notices.ts needsNotice: deleted_at IS NULL"],
    together: [
      "notices.ts needsNotice: deleted_at IS NULL",
      "notices.ts claimNoticesStatements (select generations): g.deleted_at IS NULL",
    ],
  },
  {
    because: "the claim is named: it gets its former rows again, and an expired lease is claimed again",
    guards: [
      "notices.ts claimNoticesStatements (select generations): g.id IN (SELECT value FROM json_each(:ids))",
      "notices.ts claimNoticesStatements (select generations): g.notice_until > {now}",
    ],
  },
  {
    because: "a repeated confirmation by the same claim changes only the time, which the server does not read",
    guards: ["notices.ts confirmNoticesGuards.once"],
  },
  {
    because: "the ids were read as unannounced, and the response omits those announced since",
    guards: ["notices.ts claimNoticesGuards.needsNotice"],
  },
  {
    because: "only this command creates a row with a count of 0",
    guards: [
      "timings.ts addTimingsStatements (delete timings): (model, provider_id, size) IN ( SELECT value ->> 'model', value ->> 'providerId', value ->> 'size' FROM json_each(:timings))",
    ],
  },
  {
    because: "the claim checks the condition of the first read again",
    guards: ["outbox.ts findOutboxStatement (select outbox): due_at <= {now}"],
    together: [
      "outbox.ts claimOutboxStatements (update outbox): CASE WHEN {isSkipped} THEN id IN (SELECT value FROM json_each(:ended)) ELSE due_at <= {now} OR {isTooFar} END",
    ],
  },
  {
    because: "the token belongs to this claim alone; the ids are for the index",
    guards: ["outbox.ts claimOutboxStatements (select outbox): id IN (SELECT value FROM json_each(:ids))"],
  },
  {
    because: "outputs are inserted on completion and deleted with the generation",
    guards: [
      "reads.ts getOutput (select outputs): g.id = o.generation_id",
      "reads.ts getOutput (select outputs): g.state = 'completed'",
      "reads.ts getOutput (select outputs): g.deleted_at IS NULL",
    ],
  },
  {
    because: "the next condition is not true for NULL; this one is for the partial index",
    guards: ["reads.ts isEnded: g.finished_at IS NOT NULL"],
  },
  {
    because: "only a completion passes outputs",
    guards: ["settle.ts settleStatements (insert outputs): g.state = 'completed'"],
  },
  {
    because: "an accepted submit returns no other active generation",
    guards: ["submit.ts submitWith (select owners): g.id IS NULL"],
  },
  {
    because: "the server does not read the verdict",
    guards: ["owner-writes.ts markSeenStatements (select owners): id = :ownerId"],
  },
  {
    because: "the token belongs to this command alone, and only the intended account has it",
    guards: ["credits.ts marked: id = :accountId"],
    together: ["credits.ts adjustGuards.account"],
  },
  {
    because: "an account that already has the mark is not read again",
    guards: ["credits.ts adjustGuards.account"],
    together: ["credits.ts marked: id = :accountId"],
  },
  {
    because: "the token belongs to this command alone, and only the source account has it",
    guards: [
      "transfer.ts moveCredits (insert ledger_entries): account.id = :from",
      "transfer.ts moveCredits (update accounts): id = :from",
    ],
    together: ["transfer.ts moveCreditsGuards.account"],
  },
  {
    because: "an account that already has the token is not read again",
    guards: ["transfer.ts moveCreditsGuards.account"],
    together: ["transfer.ts moveCredits (update accounts): id = :from"],
  },
  {
    because: "the key is new for each command; the account is for the index",
    guards: ["transfer.ts moveCreditsGuards: account_id = :from"],
  },
  {
    because: "the last owner has a former owner's keys as well: the transfer copied them",
    guards: ["transfer.ts transferStatements (insert submissions): s.owner_id = :from"],
  },
  {
    because: "the new owner has the marked rows, and already has the keys of earlier transfers",
    guards: [
      "transfer.ts transferStatements (insert submissions): g.owner_id = :ownerId",
      "transfer.ts transferStatements (insert submissions): g.{isMarked}",
    ],
    together: [
      "transfer.ts transferStatements (insert submissions): g.owner_id = :ownerId",
      "transfer.ts transferStatements (insert submissions): g.{isMarked}",
    ],
  },
  {
    because: "SQL needs a WHERE between a SELECT and ON CONFLICT",
    guards: ["timings.ts addTimingsStatements (insert timings): true"],
  },
  {
    because: "the join has no condition: a list belongs to its row",
    guards: ["reads.ts readCosts (select attempts): TRUE"],
  },
  {
    because: "the refunded credits are between 0 and the price",
    guards: ["migrations.ts safelight_generations: credits INTEGER NOT NULL CHECK (credits >= 0)"],
    together: [
      "migrations.ts safelight_generations: refunded_credits INTEGER NOT NULL CHECK (refunded_credits BETWEEN 0 AND credits)",
    ],
  },
  {
    because: "a new row has no previous state: no SQL is built from this transition",
    guards: ["generation-state.ts null → queued by submit"],
  },
  {
    because: "the main database is the first row of the list",
    guards: ["libsql-client-store.ts pathOf: name = 'main'"],
  },
  {
    because: "without it the walk over the models is endless, and every worker of the tests hangs in SQLite",
    guards: ["claim.ts activeModels: model > active.model", "claim.ts activeModels: active.model IS NOT NULL"],
  },
  ...equivalentExits,
];
