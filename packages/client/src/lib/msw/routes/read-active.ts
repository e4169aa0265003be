import { isTerminalStatus } from "../../contract/generation.js";
import { type ActiveChangesResponse, type ActiveResponse, maxUnseenCount } from "../../contract/wire.js";
import type { MockOwner } from "../state/mock-owner.js";
import type { MockState } from "../state/mock-state.js";
import { pollAfterMs } from "./poll-pace.js";

const maxUnseen = 20;
const unseenWindowMs = 7 * 24 * 60 * 60_000;

/** Active generations, and finished ones that the owner has not seen. */
export function readActive(
  state: MockState,
  { owner, scope }: { readonly owner: MockOwner; readonly scope: string | null },
): ActiveResponse {
  const now = Date.now();
  const inScope = owner.generations.filter((generation) => scope === null || generation.scope === scope);
  const active = inScope.filter(({ status }) => !isTerminalStatus(status));
  const unseen = inScope
    .filter(({ finishedAt, seenAt }) => finishedAt !== null && seenAt === null)
    .filter(({ finishedAt }) => Date.parse(finishedAt ?? "") > now - unseenWindowMs)
    .sort((left, right) => (right.finishedAt ?? "").localeCompare(left.finishedAt ?? ""));
  return {
    generations: active.map((generation) => state.toWire(owner, generation)),
    hasMore: false,
    unseen: unseen.slice(0, maxUnseen).map((generation) => state.toWire(owner, generation)),
    unseenCount: Math.min(unseen.length, maxUnseenCount),
    sequence: owner.sequence,
    ownerTag: owner.tag,
    serverTime: new Date(now).toISOString(),
    pollAfterMs: pollAfterMs(active),
  };
}

/** Changes after a sequence. */
export function readChanges(
  state: MockState,
  { owner, after }: { readonly owner: MockOwner; readonly after: number },
): Pick<ActiveChangesResponse, "changed" | "deleted" | "resync"> {
  const changed = owner.generations.filter(({ sequence }) => sequence > after);
  return {
    changed: changed
      .sort((left, right) => left.sequence - right.sequence)
      .map((generation) => state.toWire(owner, generation)),
    deleted: [...owner.deleted].map(([id, sequence]) => ({ id, sequence })).filter(({ sequence }) => sequence > after),
    resync: after > owner.sequence,
  };
}
