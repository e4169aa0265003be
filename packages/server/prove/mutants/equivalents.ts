import { equivalentExits } from "./equivalent-exits.js";
import type { Equivalents } from "./mutant.js";

/** One that is listed here and no longer there is an error. */
export const equivalents: readonly Equivalents[] = [
  {
    because: "only the row of this command has the mark; the id takes the index to it",
    guards: [
      "resolve-debit.ts resolveDebit (insert ledger_entries): g.id = :id",
      "resolve-debit.ts resolveDebit (insert ledger_entries): g.id = :id (2)",
      "resolve-debit.ts entriesOfTheEnd (select generations): g.id = :id",
      "follow-ups.ts dropLeftovers (insert outbox): id = :id",
      "follow-ups.ts dropLeftovers: id = :id",
      "follow-ups.ts dropLeftovers (update generations): id = :id",
      "follow-ups.ts cancelJobs: g.id = :id",
      "follow-ups.ts endedAndDeleted (select generations): id = :id",
      "follow-ups.ts takeSequence (update owners): id = :id",
      "follow-ups.ts takeSequence (update generations): id = :id",
      "follow-ups.ts takeSequencesOf (update generations): {which.generations}",
      "owner-writes.ts removeStatements: id = :id",
      "retention.ts purgeGenerationsStatements: {named}",
      "settle.ts refundBudgetGuards: id = :id",
      "settle.ts settleStatements (insert outputs): g.id = :id",
      "submit.ts fresh: id = :id",
      "transfer.ts hasMoved: owner_id = :ownerId",
    ],
  },
  {
    because: "nobody but an owner of this command is behind their own generations; the ids take the index to them",
    guards: [
      "follow-ups.ts takeSequencesOf (update owners): {which.owners}",
      "retention.ts purgeGenerationsStatements: {named} (2)",
    ],
  },
  {
    because: "the token is of this command or attempt alone; the id takes the index to it",
    guards: [
      "follow-ups.ts closeAttempt (update attempts): id = :id (3)",
      "follow-ups.ts workerVerdict (select generations): id = :id",
      "advance.ts recordIntentStatements (insert attempts): id = :id",
      "advance.ts unwantedGuards: g.id = :id",
      "advance.ts recordOperationStatements (update attempts): generation_id = :id",
      "advance.ts recordResultStatements (update attempts): generation_id = :id",
      "claim.ts claimStatements (select generations): g.id IN (SELECT value FROM json_each(:ids))",
      "transfer.ts isMoving: id = :from",
      "webhooks.ts isFresh: generation_id = :id",
      "webhooks.ts isFresh: attempt = :attempt",
      "webhooks.ts isFresh: delivery_id = :deliveryId",
    ],
  },
  {
    because: "the keys are of this generation alone; the accounts take the index to them",
    guards: [
      "resolve-debit.ts entriesOfTheEnd (select generations): entry.account_id IN (g.account_id, g.refund_account_id)",
      "resolve-debit.ts resolveDebit (insert ledger_entries): resolution.account_id = g.account_id",
    ],
  },
  {
    because: "before its end a generation has one entry, the debit",
    guards: ["resolve-debit.ts resolveDebit (insert ledger_entries): debit.kind = 'debit'"],
  },
  {
    because: "the first end has cleared what it would act on, and doing it again does nothing",
    guards: [
      "follow-ups.ts dropLeftovers (insert outbox): sequence IS NULL",
      "follow-ups.ts dropLeftovers (update generations): sequence IS NULL",
      "follow-ups.ts dropLeftovers (update generations): preview_key IS NOT NULL",
      "follow-ups.ts endedAndDeleted (select generations): sequence IS NULL",
      "advance.ts recordResultStatements: command_token <> :token",
    ],
  },
  {
    because: "runs only in commands that end a generation",
    guards: ["follow-ups.ts endedAndDeleted (select generations): finished_at IS NOT NULL"],
  },
  {
    because: "nothing differs from what is NULL: the next condition is not true either",
    guards: ["progress.ts dropReplacedPreview (insert outbox): :previewKey IS NOT NULL"],
  },
  {
    because: "the smallest of some times is no NULL; the condition is the index's own",
    guards: [
      "claim.ts active: due_at IS NOT NULL",
      "claim.ts active: due_at IS NOT NULL (2)",
      "claim.ts nextDueStatement: due_at IS NOT NULL",
      "claim.ts nextDueStatement: due_at IS NOT NULL (2)",
    ],
  },
  {
    because: "a known model is due no later than at its deadline: the smallest time stays the same",
    guards: [
      "claim.ts nextDueStatement: model = active.model",
      "claim.ts nextDueStatement: active.model NOT IN (SELECT value FROM json_each(:models))",
    ],
  },
  {
    because: "candidates come in the order of their time, and the claim looks at it again",
    guards: ["claim.ts findDueStatement (select generations): due_at <= {now}"],
    together: ["claim.ts claimGuards.due"],
  },
  {
    because: "when an attempt ended is for whoever reads the table; the server does not",
    guards: ["follow-ups.ts closeAttempt (update attempts): id = :id (2)"],
  },
  {
    because: "the token is of this claim alone; the ids take the index to it",
    guards: ["claim.ts claimStatements (update attempts): id IN (SELECT value FROM json_each(:ids))"],
  },
  {
    because: "an intent whose generation is reconciling is there for this claim only, which has just made it so",
    guards: [
      "claim.ts claimStatements (update attempts): claim_token = :token",
      "claim.ts claimStatements (update attempts): state = 'reconciling'",
    ],
    together: [
      "claim.ts claimStatements (update attempts): id IN (SELECT value FROM json_each(:ids))",
      "claim.ts claimStatements (update attempts): claim_token = :token",
      "claim.ts claimStatements (update attempts): state = 'reconciling'",
    ],
  },
  {
    because: "what is read first is decided again where it is answered",
    guards: ["notices.ts isUntold: seen_at IS NULL"],
    together: [
      "notices.ts isUntold: seen_at IS NULL",
      "notices.ts claimNoticesStatements (select generations): g.seen_at IS NULL",
    ],
  },
  {
    because: "what is read first is decided again where it is answered",
    guards: ["notices.ts isUntold: deleted_at IS NULL"],
    together: [
      "notices.ts isUntold: deleted_at IS NULL",
      "notices.ts claimNoticesStatements (select generations): g.deleted_at IS NULL",
    ],
  },
  {
    because: "the claim is named, and what it had before is given again; a lease that is over meanwhile is taken again",
    guards: [
      "notices.ts claimNoticesStatements (select generations): g.id IN (SELECT value FROM json_each(:ids))",
      "notices.ts claimNoticesStatements (select generations): g.notice_until > {now}",
    ],
  },
  {
    because: "told again by the same claim, only its time is another, which nothing reads",
    guards: ["notices.ts confirmNoticesGuards.once"],
  },
  {
    because: "the ids were found as untold, and the answer leaves out what is told meanwhile",
    guards: ["notices.ts claimNoticesGuards.untold"],
  },
  {
    because: "a count of 0 is there for this command only",
    guards: [
      "timings.ts addTimingsStatements (delete timings): (model, provider_id, size) IN ( SELECT value ->> 'model', value ->> 'providerId', value ->> 'size' FROM json_each(:timings))",
    ],
  },
  {
    because: "what is read first is looked at again when it is taken",
    guards: ["outbox.ts findOutboxStatement (select outbox): due_at <= {now}"],
    together: ["outbox.ts claimOutboxStatements (update outbox): (due_at <= {now} OR {isTooFar})"],
  },
  {
    because: "the token is of this taking alone; the ids take the index to it",
    guards: ["outbox.ts claimOutboxStatements (select outbox): id IN (SELECT value FROM json_each(:ids))"],
  },
  {
    because: "outputs are written by what completes, and go when it is deleted",
    guards: [
      "owner-reads.ts getOutputStatement (select outputs): g.id = o.generation_id",
      "owner-reads.ts getOutputStatement (select outputs): g.state = 'completed'",
      "owner-reads.ts getOutputStatement (select outputs): g.deleted_at IS NULL",
    ],
  },
  {
    because: "the next condition is not true of NULL; this one is the index's own",
    guards: ["owner-reads.ts isUnseen: g.finished_at IS NOT NULL"],
  },
  {
    because: "outputs are given with a completion only",
    guards: ["settle.ts settleStatements (insert outputs): g.state = 'completed'"],
  },
  {
    because: "whoever is accepted is told of nothing else that is active",
    guards: ["submit.ts submitStatements (select generations): g.id IS NULL"],
  },
  {
    because: "the verdict is not read",
    guards: ["owner-writes.ts markSeenStatements (select owners): id = :ownerId"],
  },
  {
    because: "the token is of this command alone, and only the account that is meant has it",
    guards: ["credits.ts marked: id = :accountId"],
    together: ["credits.ts adjustGuards.account"],
  },
  {
    because: "another account that has the mark is not looked at again",
    guards: ["credits.ts adjustGuards.account"],
    together: ["credits.ts marked: id = :accountId"],
  },
  {
    because: "the token is of this command alone, and only the account that is left has it",
    guards: [
      "transfer.ts moveCredits (insert ledger_entries): account.id = :from",
      "transfer.ts moveCredits (update accounts): id = :from",
    ],
    together: ["transfer.ts moveCreditsGuards.account"],
  },
  {
    because: "another account that has the token is not looked at again",
    guards: ["transfer.ts moveCreditsGuards.account"],
    together: ["transfer.ts moveCredits (update accounts): id = :from"],
  },
  {
    because: "the key is new with each command; the account takes the index to it",
    guards: ["transfer.ts moveCreditsGuards: account_id = :from"],
  },
  {
    because: "a former owner's keys are the last one's as well: they were copied when it was given away",
    guards: ["transfer.ts transferStatements (insert submissions): s.owner_id = :from"],
  },
  {
    because: "the new owner has what is marked, and the keys of what was given before already",
    guards: [
      "transfer.ts transferStatements (insert submissions): g.owner_id = :ownerId",
      "transfer.ts transferStatements (insert submissions): g.sequence IS NULL",
    ],
    together: [
      "transfer.ts transferStatements (insert submissions): g.owner_id = :ownerId",
      "transfer.ts transferStatements (insert submissions): g.sequence IS NULL",
    ],
  },
  {
    because: "SQL needs a WHERE between a SELECT and ON CONFLICT",
    guards: ["timings.ts addTimingsStatements (insert timings): true"],
  },
  {
    because: "what is given back is between 0 and the price",
    guards: ["migrations.ts safelight_generations: credits INTEGER NOT NULL CHECK (credits >= 0)"],
    together: [
      "migrations.ts safelight_generations: refunded_credits INTEGER NOT NULL CHECK (refunded_credits BETWEEN 0 AND credits)",
    ],
  },
  {
    because: "a row that begins has no state before: nothing in SQL is made of this one",
    guards: ["generation-state.ts null → queued by submit"],
  },
  {
    because: "the main database is the first of the list",
    guards: ["libsql-client-store.ts pathOf: name = 'main'"],
  },
  {
    because: "without it the walk over the models has no end, and every worker of the tests stands still in SQLite",
    guards: ["claim.ts active: model > active.model", "claim.ts active: active.model IS NOT NULL"],
  },
  ...equivalentExits,
];
