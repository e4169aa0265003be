import type { NoticesResponse } from "@safelight/client/contract";
import type { Caller } from "../../model/define-model.js";
import { invalidInput } from "../errors/invalid-input.js";
import { isGenerationId } from "../ids/generation-id.js";
import type { ServiceContext } from "../service-context.js";
import { toWireGenerations } from "../wire/wire-generation.js";
import { maxSeenIds } from "./mark-seen.js";

export const maxClaimLength = 128;

const maxNotices = 20;
const maxAgeMs = 7 * 24 * 60 * 60_000;
const leaseMs = 30_000;

/**
 * Gives ended generations that nobody was told of to one who will tell, and to nobody else until it had the time to.
 *
 * @throws {ServiceError} invalid_input
 */
export async function claimNotices(
  context: ServiceContext,
  { ownerId }: Caller,
  claim: string,
): Promise<NoticesResponse> {
  checkClaim(claim);
  const records = await context.store.claimNotices({ ownerId, claim, limit: maxNotices, forMs: maxAgeMs, leaseMs });
  return { generations: await toWireGenerations(context, records) };
}

/**
 * They were told. Passes over what this claim was not given.
 *
 * @throws {ServiceError} invalid_input
 */
export async function confirmNotices(
  context: ServiceContext,
  { ownerId }: Caller,
  { claim, ids }: { readonly claim: string; readonly ids: readonly string[] },
): Promise<void> {
  checkClaim(claim);
  if (ids.length > maxSeenIds) throw invalidInput(`At most ${maxSeenIds} ids.`, ["ids"]);
  const known = ids.filter(isGenerationId);
  if (known.length > 0) await context.store.confirmNotices({ ownerId, claim, ids: known });
}

function checkClaim(claim: string): void {
  if (/^[\w-]+$/.test(claim) && claim.length <= maxClaimLength) return;
  throw invalidInput(`1 to ${maxClaimLength} characters of A to Z, a to z, 0 to 9, _ and -.`, ["claim"]);
}
