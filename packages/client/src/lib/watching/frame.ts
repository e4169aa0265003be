import type { Position } from "../client.js";
import type { Generation } from "../contract/generation.js";
import { type ActiveResponse, type Changes, type DeletedGeneration, maxChanges } from "../contract/wire.js";

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
  /** Replaces everything that a reader knows; `null` if the frame has only changes. */
  readonly snapshot: ActiveResponse | null;
  /** Whether the frame contains everything that had happened when the server sent it. */
  readonly isComplete: boolean;
}

/** A frame without changes: a heartbeat. */
export function emptyFrame(position: Position): Frame {
  return { from: position.sequence, to: position, changes: [], snapshot: null, isComplete: true };
}

/** Body of `GET /active` or `GET /active?after=`, or data of a later server-sent event with changes. */
export type FrameBody = ActiveResponse | Changes | (ActiveResponse & Changes & { readonly resync: boolean });

/**
 * Converts a body to a frame.
 *
 * @param before position that the request or the previous frame ended at; `undefined` if the reader had none.
 */
export function toFrame(body: FrameBody, before: Position | undefined): Frame {
  const isSnapshot = "generations" in body && (before === undefined || !("resync" in body) || body.resync);
  if (isSnapshot) {
    const { ownerTag, sequence, timeline, hasMore } = body;
    return { from: 0, to: { ownerTag, sequence, timeline }, changes: [], snapshot: body, isComplete: !hasMore };
  }
  // Without a position, the server responds with a snapshot.
  const { ownerTag, sequence: from, timeline } = before as Position;
  const { changed, deleted, sequence } = body as Changes;
  return {
    from,
    to: { ownerTag, sequence, timeline: "timeline" in body ? body.timeline : timeline },
    changes: [...changed, ...deleted].sort((left, right) => left.sequence - right.sequence),
    snapshot: null,
    isComplete: changed.length + deleted.length < maxChanges,
  };
}

/** Whether two positions are of the same owner and the same history, so that their sequences can be compared. */
export function isSameHistory(left: Position, right: Position): boolean {
  const isUnknown = left.timeline === undefined || right.timeline === undefined;
  return left.ownerTag === right.ownerTag && (isUnknown || left.timeline === right.timeline);
}

/** Rule 1: whether a reader can apply a frame without missing a change. */
export function canApply({ from, to, snapshot }: Frame, position: Position | undefined): boolean {
  if (snapshot !== null) return true;
  return position !== undefined && isSameHistory(position, to) && from <= position.sequence;
}

/** Whether a reader has everything that another one has, and nothing more. */
export function isSamePosition(left: Position, right: Position): boolean {
  return isSameHistory(left, right) && left.sequence === right.sequence;
}

/** Whether a frame ends at a later position of the same history. */
export function leadsAhead({ to }: Frame, position: Position): boolean {
  return isSameHistory(position, to) && position.sequence < to.sequence;
}
