import { isTerminalStatus } from "../../contract/generation.js";
import { type ActiveChangesResponse, type ActiveResponse, maxUnseenCount } from "../../contract/wire.js";
import type { MockOwner } from "../state/mock-owner.js";
import type { MockState } from "../state/mock-state.js";
import { pollAfterMs } from "./poll-pace.js";

const mostUnseen = 20;
const unseenForMs = 7 * 24 * 60 * 60_000;

/** What is in progress, and what ended unseen. */
export function readActive(state: MockState, owner: MockOwner, scope: string | null): ActiveResponse {
  const now = Date.now();
  const inScope = owner.generations.filter((generation) => scope === null || generation.scope === scope);
  const active = inScope.filter(({ status }) => !isTerminalStatus(status));
  const unseen = inScope
    .filter(({ finishedAt, seenAt }) => finishedAt !== null && seenAt === null)
    .filter(({ finishedAt }) => Date.parse(finishedAt ?? "") > now - unseenForMs)
    .sort((left, right) => (right.finishedAt ?? "").localeCompare(left.finishedAt ?? ""));
  return {
    generations: active.map((generation) => state.toWire(owner, generation)),
    hasMore: false,
    unseen: unseen.slice(0, mostUnseen).map((generation) => state.toWire(owner, generation)),
    unseenCount: Math.min(unseen.length, maxUnseenCount),
    sequence: owner.sequence,
    ownerTag: owner.tag,
    serverTime: new Date(now).toISOString(),
    pollAfterMs: pollAfterMs(active),
  };
}

/** What changed after a sequence. */
export function readChanges(
  state: MockState,
  owner: MockOwner,
  after: number,
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
