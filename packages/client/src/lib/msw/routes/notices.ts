import type { MockGeneration } from "../state/mock-generation.js";
import type { MockOwner } from "../state/mock-owner.js";

const mostNotices = 20;
const toldForMs = 7 * 24 * 60 * 60_000;
const leaseMs = 30_000;

/**
 * Gives what ended, and nobody was told of, to one who will tell, and to nobody else until it had the time to. One who has
 * some already is given the same again.
 */
export function claimNotices(owner: MockOwner, claim: string): readonly MockGeneration[] {
  const now = Date.now();
  const isFree = ({ id }: MockGeneration): boolean => {
    const notice = owner.notices.get(id);
    return notice === undefined || (!notice.isTold && (notice.claim === claim || notice.until <= now));
  };
  const found = owner.generations
    .filter(
      ({ finishedAt, seenAt }) => finishedAt !== null && seenAt === null && Date.parse(finishedAt) > now - toldForMs,
    )
    .filter(isFree)
    .sort((left, right) => (right.finishedAt ?? "").localeCompare(left.finishedAt ?? ""))
    .slice(0, mostNotices);
  const held = found.filter(({ id }) => owner.notices.get(id)?.claim === claim);
  const claimed = held.length > 0 ? held : found;
  for (const { id } of claimed) {
    const notice = owner.notices.get(id);
    const isHeld = notice?.claim === claim && notice.until > now;
    if (!isHeld) owner.notices.set(id, { claim, until: now + leaseMs, isTold: false });
  }
  return claimed.sort((left, right) => right.id.localeCompare(left.id));
}

/** They were told. Passes over what this claim was not given. */
export function confirmNotices(
  owner: MockOwner,
  { claim, ids }: { readonly claim: string; readonly ids: readonly string[] },
): void {
  for (const id of ids) {
    const notice = owner.notices.get(id);
    if (notice?.claim === claim) owner.notices.set(id, { ...notice, isTold: true });
  }
}
