import type { QueuePosition } from "@safelight/client/contract";
import type { GenerationRecord } from "../../generation/generation-record.js";
import type { WaitingList } from "../../ports/store/queue-reading.js";

/** A position is exact up to this one. */
export const maxPosition = 100;

/** The position of a waiting generation. */
export interface Place {
  readonly position: QueuePosition;
  /** When it took this position, in epoch milliseconds of the database. */
  readonly since: number;
}

/** The fields of a record that its place depends on. */
export type QueuedRecord = Pick<GenerationRecord, "createdAt" | "dueAt" | "gate" | "id" | "rank" | "state">;

/** The first places at one gate, at the time of one read. */
export interface WaitingPlaces {
  /** Time of the read, in epoch milliseconds of the database. */
  readonly now: number;
  /** By id. */
  readonly places: ReadonlyMap<string, Place>;
  /** In the order of the queue. */
  readonly ranks: readonly number[];
  /** When more than `maxPosition` generations began to wait, in epoch milliseconds of the database; `null` while fewer do. */
  readonly fullSince: number | null;
}

/** Whether a record is that of a generation that may wait: it is due, and before an attempt. A claim postpones its due time. */
export function mayWait(
  { createdAt, dueAt, state }: Pick<QueuedRecord, "createdAt" | "dueAt" | "state">,
  now: number,
): boolean {
  // The clock of this process may be behind that of the database.
  return isBeforeAttempt({ state }) && dueAt !== null && dueAt <= Math.max(now, createdAt);
}

/** Whether a generation is before an attempt, so that it waits when it is due, without a new version. */
export function isBeforeAttempt({ state }: Pick<QueuedRecord, "state">): boolean {
  return state === "queued" || state === "retry_wait";
}

/**
 * Computes the places of a list. A generation that keeps its position keeps its `since`, so that reads without a move are
 * equal.
 *
 * @param list up to `maxPosition + 1` generations.
 * @param before the places of the previous read; `null` before the first one.
 */
export function placesIn({ now, waiting }: WaitingList, before: WaitingPlaces | null): WaitingPlaces {
  const placeOf = (id: string, position: number): Place => {
    const known = before?.places.get(id);
    return known?.position === position ? known : { position, since: now };
  };
  return {
    now,
    places: new Map(waiting.map(({ id }, position) => [id, placeOf(id, position)])),
    ranks: waiting.map(({ rank }) => rank),
    fullSince: waiting.length > maxPosition ? (before?.fullSince ?? now) : null,
  };
}

/** The place of a generation; `null` if it does not wait. */
export function placeIn(list: WaitingPlaces, record: QueuedRecord): Place | null {
  const known = list.places.get(record.id);
  if (known !== undefined) return known;
  const ahead = aheadOf(list, record.rank);
  if (ahead === "100+") return { position: ahead, since: list.fullSince ?? list.now };
  // Submitted after the read of the list. An older generation that is not in the list has left the queue.
  return record.createdAt >= list.now ? { position: ahead, since: list.now } : null;
}

/** The number of generations in a list. */
export function lengthOf({ fullSince, ranks }: WaitingPlaces): QueuePosition {
  return fullSince === null ? ranks.length : "100+";
}

/** Whether a generation joined or left the list, or changed its position. */
export function hasMoved(before: WaitingPlaces | null, after: WaitingPlaces): boolean {
  if (before === null || before.places.size !== after.places.size) return true;
  return [...after.places].some(([id, place]) => before.places.get(id) !== place);
}

/** Number of generations ahead of a rank. */
function aheadOf({ fullSince, ranks }: WaitingPlaces, rank: number): QueuePosition {
  const ahead = ranks.filter((other) => other <= rank).length;
  return fullSince !== null && ahead > maxPosition ? "100+" : ahead;
}
