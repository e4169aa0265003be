import type { CreditsResponse, LedgerEntry } from "@safelight/client/contract";
import type { Caller } from "../../model/define-model.js";
import type { LedgerRecord } from "../../ports/store/credits-store.js";
import { ServiceError } from "../errors/service-error.js";
import { ownerTagOf } from "../owners/owner-tag.js";
import { parseCreditsCursor, toCreditsCursor } from "../read/cursor.js";
import { checkPageLimit } from "../read/page-limit.js";
import type { ServiceContext } from "../service-context.js";
import { type Billing, requireBilling } from "./billing.js";
import { readHostBalance } from "./host-balance.js";

/**
 * Reads the balance and the entries of the caller's account, newest first. An account without a row has the initial grant
 * as its balance. If the host keeps the credits itself, it has the entries, and the list is empty.
 *
 * @throws {ServiceError} invalid_input; not_found if the host does not bill, or reports no balance; unavailable if its own
 *   credit system fails
 */
export async function listCredits(
  context: ServiceContext,
  {
    caller: { ownerId, accountId },
    query,
  }: {
    readonly caller: Caller;
    readonly query: { readonly cursor?: string | undefined; readonly limit?: number | undefined };
  },
): Promise<CreditsResponse> {
  const { host, initialGrant } = requireBilling(context.billing);
  if (host !== undefined) return listHostCredits(context, { host, ownerId, accountId });
  const { balance, entries, hasMore } = await context.store.listCredits({
    accountId,
    limit: checkPageLimit(query.limit),
    before: query.cursor === undefined ? null : await parseCreditsCursor(query.cursor, context.entryIds),
  });
  const wireEntries = await Promise.all(entries.map((entry) => toEntry(context, { entry, ownerId })));
  const last = wireEntries.at(-1);
  return {
    balance: balance ?? initialGrant,
    entries: wireEntries,
    nextCursor: hasMore && last !== undefined ? toCreditsCursor(last.id) : null,
    ownerTag: await ownerTagOf(context, ownerId),
  };
}

async function listHostCredits(
  context: ServiceContext,
  { accountId, host, ownerId }: Caller & { readonly host: NonNullable<Billing["host"]> },
): Promise<CreditsResponse> {
  const balance = await readHostBalance(context, { accountId, host }).catch((cause: unknown) => {
    throw new ServiceError("unavailable", "The credit system of the host did not respond.", { cause });
  });
  if (balance === null)
    throw new ServiceError("not_found", "The host keeps the credits itself and reports no balance.");
  return { balance, entries: [], nextCursor: null, ownerTag: await ownerTagOf(context, ownerId) };
}

/** Hides the generation id of an entry that belongs to another owner of the account. */
async function toEntry(
  context: ServiceContext,
  { entry, ownerId }: { readonly entry: LedgerRecord; readonly ownerId: string },
): Promise<LedgerEntry> {
  return {
    id: await context.entryIds.encode(entry.id),
    kind: entry.kind,
    amount: entry.amount,
    reason: entry.reason,
    generationId: entry.ownerId === ownerId ? (entry.generationId ?? entry.refundOf) : null,
    causedBy: entry.causedBy,
    createdAt: new Date(entry.createdAt).toISOString(),
  };
}
