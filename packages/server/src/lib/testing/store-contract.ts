import { describe } from "vitest";
import { describeActiveReads } from "./store-contract/active-reads.js";
import { describeAdvance } from "./store-contract/advance.js";
import { describeAnnouncements } from "./store-contract/announcements.js";
import { describeCancel } from "./store-contract/cancel.js";
import { describeClaim } from "./store-contract/claim.js";
import { describeCosts } from "./store-contract/costs.js";
import { describeCredits } from "./store-contract/credits.js";
import { describeDeletedContent } from "./store-contract/deleted-content.js";
import { describeErase } from "./store-contract/erase.js";
import { describeEraseBooks } from "./store-contract/erase-books.js";
import { describeHistoryReads } from "./store-contract/history-reads.js";
import { describeIdempotency } from "./store-contract/idempotency.js";
import { describeInputs } from "./store-contract/inputs.js";
import { describeMediaKeys } from "./store-contract/media-keys.js";
import { describeNeighbors } from "./store-contract/neighbors.js";
import { describeNotices } from "./store-contract/notices.js";
import { describeOutbox } from "./store-contract/outbox.js";
import { describeOwnerNeighbors } from "./store-contract/owner-neighbors.js";
import { describeProgress } from "./store-contract/progress.js";
import { describeRefundBudget } from "./store-contract/refund-budget.js";
import { describeRetention } from "./store-contract/retention.js";
import { describeReturningOwners } from "./store-contract/returning-owners.js";
import type { CreateStore } from "./store-contract/scenario.js";
import { describeSettle } from "./store-contract/settle.js";
import { describeSharedAccounts } from "./store-contract/shared-accounts.js";
import { describeSubmit } from "./store-contract/submit.js";
import { describeTimings } from "./store-contract/timings.js";
import { describeTransfer } from "./store-contract/transfer.js";
import { describeTransferCredits } from "./store-contract/transfer-credits.js";
import { describeTransferGrants } from "./store-contract/transfer-grants.js";
import { describeTransferRefunds } from "./store-contract/transfer-refunds.js";
import { describeUnwantedJobs } from "./store-contract/unwanted-jobs.js";
import { describeWebhooks } from "./store-contract/webhooks.js";
import { describeWrongClock } from "./store-contract/wrong-clock.js";

/**
 * What every store must do, as vitest tests. Run it from a test file of the adapter.
 *
 * @param create makes a fresh store on a database of its own, whose time is `now()`; it is migrated and closed for you.
 * @example
 * ```ts
 * runStoreContract("libsqlStore", async (now) => libsqlStore({ url: `file:${await temporaryFile()}`, now }));
 * ```
 */
export function runStoreContract(name: string, create: CreateStore): void {
  describe(`${name} keeps the store contract`, () => {
    describeSubmit(create);
    describeIdempotency(create);
    describeClaim(create);
    describeAdvance(create);
    describeProgress(create);
    describeSettle(create);
    describeCancel(create);
    describeRefundBudget(create);
    describeCredits(create);
    describeSharedAccounts(create);
    describeTransfer(create);
    describeTransferCredits(create);
    describeTransferGrants(create);
    describeTransferRefunds(create);
    describeDeletedContent(create);
    describeErase(create);
    describeEraseBooks(create);
    describeReturningOwners(create);
    describeActiveReads(create);
    describeHistoryReads(create);
    describeNotices(create);
    describeOutbox(create);
    describeNeighbors(create);
    describeOwnerNeighbors(create);
    describeUnwantedJobs(create);
    describeTimings(create);
    describeCosts(create);
    describeAnnouncements(create);
    describeWebhooks(create);
    describeInputs(create);
    describeRetention(create);
    describeMediaKeys(create);
    describeWrongClock(create);
  });
}
