import { type Generation, isTerminalStatus } from "../../contract/generation.js";
import { maxChanges, maxUnseenCount } from "../../contract/limits.js";
import type { ActiveChangesResponse, ActiveResponse, DeletedGeneration } from "../../contract/wire.js";
import type { MockPosition } from "../request/mock-request.js";
import type { MockOwner } from "../state/mock-owner.js";
import type { MockState } from "../state/mock-state.js";
import { pollAfterMs } from "./poll-pace.js";

const maxUnseen = 20;
const unseenWindowMs = 7 * 24 * 60 * 60_000;

/** The lists to read. */
interface ReadOptions {
  readonly owner: MockOwner;
  /** `null` for all scopes. @default null */
  readonly scope?: string | null;
}

/** Active generations, and finished ones that the owner has not seen. */
export function readActive(state: MockState, { owner, scope = null }: ReadOptions): ActiveResponse {
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
    timeline: state.timeline,
    ownerTag: owner.tag,
    serverTime: new Date(now).toISOString(),
    pollAfterMs: pollAfterMs(active),
  };
}

/** A snapshot that replaces all cached data of a page. */
export function readSnapshot(state: MockState, options: ReadOptions): ActiveChangesResponse {
  return { ...readActive(state, options), changed: [], deleted: [], resync: true };
}

/**
 * Changes after a position, and the active generations.
 *
 * @returns a snapshot if the position cannot be continued; `null` if nothing changed.
 */
export function readChanges(
  state: MockState,
  { position, ...options }: ReadOptions & { readonly position: MockPosition },
): ActiveChangesResponse | null {
  const { owner, scope = null } = options;
  if (!canContinue(state, { owner, position })) return readSnapshot(state, options);
  if (owner.sequence === position.sequence) return null;
  const changes = [
    ...owner.generations.map((generation) => state.toWire(owner, generation)),
    ...[...owner.deleted].map(([id, sequence]) => ({ id, sequence })),
  ]
    .filter(({ sequence }) => sequence > position.sequence)
    .sort((left, right) => left.sequence - right.sequence);
  const page = changes.slice(0, maxChanges);
  const last = page.length < changes.length ? page.at(-1) : undefined;
  return {
    ...readActive(state, options),
    sequence: last?.sequence ?? owner.sequence,
    changed: page.filter(isGeneration).filter((generation) => scope === null || generation.scope === scope),
    deleted: page.filter((change) => !isGeneration(change)),
    ...(last !== undefined && { hasMoreChanges: true }),
    resync: false,
  };
}

function canContinue(
  { timeline }: MockState,
  { owner, position }: { readonly owner: MockOwner; readonly position: MockPosition },
): boolean {
  return position.ownerTag === owner.tag && position.timeline === timeline && position.sequence <= owner.sequence;
}

function isGeneration(change: Generation | DeletedGeneration): change is Generation {
  return "status" in change;
}
