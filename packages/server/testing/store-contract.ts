import { describe } from "vitest";
import { describeCosts } from "./store-contract/credits/costs.js";
import { describeCredits } from "./store-contract/credits/credits.js";
import { describeHolds } from "./store-contract/credits/holds.js";
import { describeRefundBudget } from "./store-contract/credits/refund-budget.js";
import { describeSharedAccounts } from "./store-contract/credits/shared-accounts.js";
import { describeOperator } from "./store-contract/operator/operator.js";
import { describeOperatorActions } from "./store-contract/operator/operator-actions.js";
import { describeOperatorBulks } from "./store-contract/operator/operator-bulks.js";
import { describeOperatorDeliveries } from "./store-contract/operator/operator-deliveries.js";
import { describeOperatorEnded } from "./store-contract/operator/operator-ended.js";
import { describeOperatorOverview } from "./store-contract/operator/operator-overview.js";
import { describeOperatorSubjects } from "./store-contract/operator/operator-subjects.js";
import { describeOperatorVendors } from "./store-contract/operator/operator-vendors.js";
import { describeActiveReads } from "./store-contract/owner/active-reads.js";
import { describeAttempts } from "./store-contract/owner/attempts.js";
import { describeCancel } from "./store-contract/owner/cancel.js";
import { describeDeletedContent } from "./store-contract/owner/deleted-content.js";
import { describeErase } from "./store-contract/owner/erase.js";
import { describeEraseLedger } from "./store-contract/owner/erase-ledger.js";
import { describeErasedRequests } from "./store-contract/owner/erased-requests.js";
import { describeHistoryReads } from "./store-contract/owner/history-reads.js";
import { describeNeighbors } from "./store-contract/owner/neighbors.js";
import { describeNotices } from "./store-contract/owner/notices.js";
import { describeOwnerNeighbors } from "./store-contract/owner/owner-neighbors.js";
import { describeReturningOwners } from "./store-contract/owner/returning-owners.js";
import { describeTeams } from "./store-contract/owner/teams.js";
import { describeTimelines } from "./store-contract/owner/timelines.js";
import { describeTransfer } from "./store-contract/owner/transfer.js";
import { describeTransferCredits } from "./store-contract/owner/transfer-credits.js";
import { describeTransferGrants } from "./store-contract/owner/transfer-grants.js";
import { describeTransferRefunds } from "./store-contract/owner/transfer-refunds.js";
import type { CreateStore } from "./store-contract/scenario.js";
import { describeCheckSubmit } from "./store-contract/submit/check-submit.js";
import { describeIdempotency } from "./store-contract/submit/idempotency.js";
import { describeInputs } from "./store-contract/submit/inputs.js";
import { describeMediaKeys } from "./store-contract/submit/media-keys.js";
import { describeSubmit } from "./store-contract/submit/submit.js";
import { describeSubmitMany } from "./store-contract/submit/submit-many.js";
import { describeAbandonedCapacity } from "./store-contract/worker/abandoned-capacity.js";
import { describeAbandonedJobs } from "./store-contract/worker/abandoned-jobs.js";
import { describeAdvance } from "./store-contract/worker/advance.js";
import { describeAnnouncements } from "./store-contract/worker/announcements.js";
import { describeClaim } from "./store-contract/worker/claim.js";
import { describeClaimOne } from "./store-contract/worker/claim-one.js";
import { describeFairQueue } from "./store-contract/worker/fair-queue.js";
import { describeGateReads } from "./store-contract/worker/gate-reads.js";
import { describeGates } from "./store-contract/worker/gates.js";
import { describeLateBytes } from "./store-contract/worker/late-bytes.js";
import { describeLateStarts } from "./store-contract/worker/late-starts.js";
import { describeMissingOutputs } from "./store-contract/worker/missing-outputs.js";
import { describeOutbox } from "./store-contract/worker/outbox.js";
import { describeProgress } from "./store-contract/worker/progress.js";
import { describeQueue } from "./store-contract/worker/queue.js";
import { describeRepeatedCommands } from "./store-contract/worker/repeated-commands.js";
import { describeRetention } from "./store-contract/worker/retention.js";
import { describeScheduledQueue } from "./store-contract/worker/scheduled-queue.js";
import { describeSettle } from "./store-contract/worker/settle.js";
import { describeStartTimes } from "./store-contract/worker/start-times.js";
import { describeTimings } from "./store-contract/worker/timings.js";
import { describeWebhooks } from "./store-contract/worker/webhooks.js";
import { describeWrongClock } from "./store-contract/worker/wrong-clock.js";

/**
 * Registers the contract tests for a store with vitest. Call it in the adapter's test file.
 *
 * @param name name of the store in the test report.
 * @param create creates a store on a new database, with `now()` as its clock. The tests migrate and close it.
 * @example
 * ```ts
 * runStoreContract("libsqlStore", async (now) => libsqlStore({ url: `file:${await temporaryFile()}`, now }));
 * ```
 */
export function runStoreContract(name: string, create: CreateStore): void {
  describe(`${name} as a store`, () => {
    describeSubmit(create);
    describeSubmitMany(create);
    describeCheckSubmit(create);
    describeIdempotency(create);
    describeClaim(create);
    describeFairQueue(create);
    describeGateReads(create);
    describeGates(create);
    describeLateBytes(create);
    describeLateStarts(create);
    describeMissingOutputs(create);
    describeAbandonedCapacity(create);
    describeClaimOne(create);
    describeScheduledQueue(create);
    describeStartTimes(create);
    describeQueue(create);
    describeAdvance(create);
    describeRepeatedCommands(create);
    describeProgress(create);
    describeSettle(create);
    describeCancel(create);
    describeAttempts(create);
    describeRefundBudget(create);
    describeHolds(create);
    describeCredits(create);
    describeSharedAccounts(create);
    describeTeams(create);
    describeTransfer(create);
    describeTransferCredits(create);
    describeTransferGrants(create);
    describeTransferRefunds(create);
    describeDeletedContent(create);
    describeErase(create);
    describeEraseLedger(create);
    describeErasedRequests(create);
    describeReturningOwners(create);
    describeActiveReads(create);
    describeHistoryReads(create);
    describeTimelines(create);
    describeNotices(create);
    describeOutbox(create);
    describeNeighbors(create);
    describeOwnerNeighbors(create);
    describeAbandonedJobs(create);
    describeTimings(create);
    describeCosts(create);
    describeAnnouncements(create);
    describeWebhooks(create);
    describeInputs(create);
    describeRetention(create);
    describeMediaKeys(create);
    describeWrongClock(create);
    describeOperator(create);
    describeOperatorOverview(create);
    describeOperatorActions(create);
    describeOperatorBulks(create);
    describeOperatorDeliveries(create);
    describeOperatorEnded(create);
    describeOperatorSubjects(create);
    describeOperatorVendors(create);
  });
}
