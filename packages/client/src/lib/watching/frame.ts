import type { Position } from "../call-options.js";
import type { Generation } from "../contract/generation.js";
import { maxChanges } from "../contract/limits.js";
import type { ActiveResponse, Changes, DeletedGeneration, QueuePlace } from "../contract/wire.js";

/** A change of an owner. */
export type Change = Generation | DeletedGeneration;

/**
 * A step in the history of an owner: a reader at `from` or later is at `to` after it has applied the frame. Each response
 * and each server-sent event is a frame, and so is each message of the leader to its followers.
 */
export interface Frame {
  /** Sequence before the changes. Ignored with a snapshot. */
  readonly from: number;
  readonly to: Position;
  /** Ordered by sequence. */
  readonly changes: readonly Change[];
  /** Places in the queue. `queuePositionAt` orders them, not the sequence, so a reader at any position may apply them. */
  readonly places?: readonly QueuePlace[] | undefined;
  /** Present if the server has more changes after `to`. */
  readonly hasMore?: true | undefined;
  /** Replaces everything that a reader knows; `null` if the frame has only changes. */
  readonly snapshot: ActiveResponse | null;
}

/** A frame without changes: a heartbeat. */
export function emptyFrame(position: Position): Frame {
  return { from: position.sequence, to: position, changes: [], snapshot: null };
}

/** Body of `GET /active` or `GET /active?after=`, or data of a later server-sent event with changes. */
export type FrameBody = ActiveResponse | Changes | (ActiveResponse & Changes & { readonly resync: boolean });

/**
 * Converts a body to a frame.
 *
 * @param before position that the request or the previous frame ended at; `undefined` if the reader had none.
 */
export function toFrame(body: FrameBody, before: Position | undefined): Frame {
  // Without `generations`: a later event of a stream, with changes.
  // Without `resync`: the response to a request without a position, always a snapshot.
  // With both: the response to a request with a position, or the first event of a stream.
  if ("generations" in body && (before === undefined || !("resync" in body) || body.resync)) {
    const { ownerTag, sequence, timeline } = body;
    return { from: 0, to: { ownerTag, sequence, timeline }, changes: [], snapshot: body };
  }
  // Without a position, the server responds with a snapshot.
  const { ownerTag, sequence: from, timeline } = before as Position;
  const { changed, deleted, hasMoreChanges, sequence } = body as Changes;
  return {
    from,
    to: { ownerTag, sequence, timeline: "timeline" in body ? body.timeline : timeline },
    changes: [...changed, ...deleted].sort((left, right) => left.sequence - right.sequence),
    places: "generations" in body ? body.generations.filter(({ progress }) => progress.queuePositionAt) : body.queue,
    ...(hasMoreChanges && { hasMore: hasMoreChanges }),
    snapshot: null,
  };
}

/** Whether a frame of the server contains everything that had happened when the server sent it. */
export function isComplete({ changes, hasMore, snapshot }: Frame): boolean {
  return snapshot === null ? !hasMore && changes.length < maxChanges : !snapshot.hasMore;
}

/**
 * By how many changes a position is ahead of another one; negative if it is behind. `NaN`, for which each comparison is
 * `false`, if they are of different owners or histories, or if there is no position.
 */
export function aheadBy(position: Position | undefined, other: Position): number {
  if (position?.ownerTag !== other.ownerTag) return NaN;
  const isUnknown = position.timeline === undefined || other.timeline === undefined;
  return isUnknown || position.timeline === other.timeline ? position.sequence - other.sequence : NaN;
}

/** Rule 1: whether a reader can apply a frame without missing a change. */
export function canApply({ from, to, snapshot }: Frame, position: Position | undefined): boolean {
  return snapshot !== null || aheadBy(position, { ...to, sequence: from }) >= 0;
}
