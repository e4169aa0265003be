import type { HostCredits } from "../../ledger/authorizing.js";
import type { UnresolvedHold } from "../../ports/store/hold-store.js";

/** A hold to resolve, and the signal that is aborted when the caller stops waiting. */
interface HoldToResolve {
  readonly hold: UnresolvedHold;
  readonly signal: AbortSignal;
}

/**
 * Captures the kept part of a hold in the host's credit system, or releases all of it.
 *
 * @throws if the host has not acknowledged it, or this worker has no `authorizing` credits.
 */
export async function resolveHold(
  credits: HostCredits | undefined,
  { hold: { kept, ...hold }, signal }: HoldToResolve,
): Promise<void> {
  if (credits === undefined) throw new Error("This worker has no `credits: authorizing(…)`.");
  const { accountId, credits: authorizedCredits, key, reference } = hold;
  const release = { key, accountId, reference, authorizedCredits, signal };
  if (kept === 0) await credits.release(release);
  else await credits.capture({ ...release, credits: kept });
}
