import type { MockGeneration } from "../state/mock-generation.js";
import type { MockOwner } from "../state/mock-owner.js";

const maxNotices = 20;
const noticeWindowMs = 7 * 24 * 60 * 60_000;
const leaseMs = 30_000;

/**
 * Leases finished generations that the owner was not notified of to a claim. Other claims receive them only after the lease
 * expires. A claim that already holds some receives the same again.
 */
export function claimNotices(owner: MockOwner, claim: string): readonly MockGeneration[] {
  const now = Date.now();
  const isClaimable = ({ id }: MockGeneration): boolean => {
    const notice = owner.notices.get(id);
    return notice === undefined || (!notice.isConfirmed && (notice.claim === claim || notice.until <= now));
  };
  const found = owner.generations
    .filter(
      ({ finishedAt, seenAt }) =>
        finishedAt !== null && seenAt === null && Date.parse(finishedAt) > now - noticeWindowMs,
    )
    .filter(isClaimable)
    .sort((left, right) => (right.finishedAt ?? "").localeCompare(left.finishedAt ?? ""))
    .slice(0, maxNotices);
  const held = found.filter(({ id }) => owner.notices.get(id)?.claim === claim);
  const claimed = held.length > 0 ? held : found;
  for (const { id } of claimed) {
    const notice = owner.notices.get(id);
    const isHeld = notice?.claim === claim && notice.until > now;
    if (!isHeld) owner.notices.set(id, { claim, until: now + leaseMs, isConfirmed: false });
  }
  return claimed.sort((left, right) => right.id.localeCompare(left.id));
}

/** Marks notices as confirmed. Ignores ids that the claim does not hold. */
export function confirmNotices(
  owner: MockOwner,
  { claim, ids }: { readonly claim: string; readonly ids: readonly string[] },
): void {
  for (const id of ids) {
    const notice = owner.notices.get(id);
    if (notice?.claim === claim) owner.notices.set(id, { ...notice, isConfirmed: true });
  }
}
