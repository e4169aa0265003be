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

/** The first places at one gate, as one read saw them. */
export interface WaitingPlaces {
  readonly now: number;
  readonly places: ReadonlyMap<string, Place>;
  readonly ranks: readonly number[];
  /** Since when as many wait as a list has; `null` if fewer do. */
  readonly fullSince: number | null;
}

/** Whether a generation may wait: no provider has it, and it is due. A worker that has it has moved its due time. */
export function mayWait(
  { createdAt, dueAt, state }: Pick<QueuedRecord, "createdAt" | "dueAt" | "state">,
  now: number,
): boolean {
  // The clock of this process may be behind that of the database.
  return isBeforeAttempt({ state }) && dueAt !== null && dueAt <= Math.max(now, createdAt);
}

/** Whether a generation may wait at some time without another version. */
export function isBeforeAttempt({ state }: Pick<QueuedRecord, "state">): boolean {
  return state === "queued" || state === "retry_wait";
}

/**
 * The places of a list. A generation that has kept its position keeps its time, so that reads without a move are equal.
 *
 * @param list up to `maxPosition + 1` generations.
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
  // Submitted after the read of the list. An older one has left the queue since its own read.
  return record.createdAt >= list.now ? { position: ahead, since: list.now } : null;
}

/** Number of generations that a new one with this rank would have to wait for. */
export function aheadOf({ fullSince, ranks }: WaitingPlaces, rank: number): QueuePosition {
  const ahead = ranks.filter((other) => other <= rank).length;
  return fullSince !== null && ahead > maxPosition ? "100+" : ahead;
}

/** Whether a generation of either list has another place in the other one. */
export function hasMoved(before: WaitingPlaces | null, after: WaitingPlaces): boolean {
  if (before === null || before.places.size !== after.places.size) return true;
  return [...after.places].some(([id, place]) => before.places.get(id) !== place);
}
