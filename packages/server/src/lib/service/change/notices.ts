import type { NoticesResponse } from "@safelight/client/contract";
import { isGenerationId } from "../../generation/generation-id.js";
import type { Caller } from "../../model/define-model.js";
import { invalidInput } from "../errors/invalid-input.js";
import type { ServiceContext } from "../service-context.js";
import { toWireGenerations } from "../wire/wire-generation.js";
import { maxSeenIds } from "./mark-seen.js";

export const maxClaimLength = 128;

/** Max notices of one claim. */
const maxNotices = 20;
/** Max age of the end of a generation whose notice is shown, in milliseconds. */
const maxAgeMs = 7 * 24 * 60 * 60_000;
/** Time in which a claim must confirm its notices, in milliseconds. */
const leaseMs = 30_000;

/**
 * Leases ended generations whose notice was not shown to one claim. Other claims get them only after the lease expires.
 *
 * @throws {ServiceError} invalid_input
 */
export async function claimNotices(
  context: ServiceContext,
  { caller: { ownerId }, claim }: { readonly caller: Caller; readonly claim: string },
): Promise<NoticesResponse> {
  checkClaim(claim);
  const records = await context.store.claimNotices({ ownerId, claim, limit: maxNotices, forMs: maxAgeMs, leaseMs });
  return { generations: await toWireGenerations(context, records) };
}

/**
 * Marks the notices of leased generations as shown. Ignores ids that this claim has not leased.
 *
 * @throws {ServiceError} invalid_input
 */
export async function confirmNotices(
  context: ServiceContext,
  {
    caller: { ownerId },
    claim,
    ids,
  }: { readonly caller: Caller; readonly claim: string; readonly ids: readonly string[] },
): Promise<void> {
  checkClaim(claim);
  if (ids.length > maxSeenIds) throw invalidInput(`At most ${maxSeenIds} ids.`, ["ids"]);
  const validIds = ids.filter(isGenerationId);
  if (validIds.length > 0) await context.store.confirmNotices({ ownerId, claim, ids: validIds });
}

function checkClaim(claim: string): void {
  if (/^[\w-]+$/.test(claim) && claim.length <= maxClaimLength) return;
  throw invalidInput(`Must have 1 to ${maxClaimLength} characters of A–Z, a–z, 0–9, _ and -.`, ["claim"]);
}
