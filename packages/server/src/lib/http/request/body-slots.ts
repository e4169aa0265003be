import type { Clock } from "../../ports/clock.js";
import { ServiceError } from "../../service/errors/service-error.js";

/**
 * Range of the `Retry-After` of a refused body, in milliseconds. It is random, so that bodies that were refused together do not
 * return together. The time until a slot is free is unknown.
 */
const minRetryMs = 5_000;
const maxRetryMs = 15_000;
/**
 * Age up to which a body keeps its reservation at any speed, in milliseconds. It is short, because a caller can hold a reservation
 * without sending a byte.
 */
const slowStartMs = 2_000;
/** The start of a body that must arrive in time, in bytes. Its whole length is reserved once it has sent as much. */
const startBytes = 1_048_576;
/** Max ratio of reserved to received bytes within the start: a head alone costs its sender almost nothing. */
const maxReservedPerReceived = 16;

/** The memory of one request body. */
export interface BodySlot {
  /**
   * Counts received bytes, and reserves those beyond the reservation: with `reserveForMs`, the whole length at once. If it throws,
   * the reservation is released: other bodies may use it while the temporary file of this one is still being removed.
   *
   * @throws {ServiceError} rate_limited at the limit of the owner, unavailable at the limit of the process
   */
  grow(byteLength: number): void;
  /** Releases the reservation; a second call does nothing. */
  release(): void;
}

/** Memory for the request bodies in progress. */
export interface BodySlots {
  /**
   * Admits one body, and reserves `overheadBytes`. The body is refused if its declared size does not fit now.
   *
   * @param body.declaredBytes `Content-Length`; without one, an estimate of the caller.
   * @param body.reserveForMs time in which the body must arrive, in milliseconds. The reservation grows: 16 times the received bytes
   *   up to 1 MiB, then the declared size. After that, the body is not refused, unless it is too slow for this time: if others need
   *   the room, it keeps only its received bytes. Absent: bytes are reserved as they arrive.
   * @throws {ServiceError} rate_limited at the limit of the owner, unavailable at the limit of the process
   */
  acquire(body: { readonly ownerId: string; readonly declaredBytes: number; readonly reserveForMs?: number }): BodySlot;
}

/** Limits of the bodies in progress. */
export interface BodySlotOptions {
  readonly clock: Pick<Clock, "now">;
  /** From 0 to below 1, as `Math.random`: spreads the retries. */
  readonly random: () => number;
  /** Plural noun for messages, such as "uploads". */
  readonly noun: string;
  /** Max bytes of all owners together. One owner gets half of it, but at least one body. */
  readonly maxBytes: number;
  /** Max bytes of one body. */
  readonly maxBodyBytes: number;
  /**
   * Max bytes of a small body. A fifth of `maxBytes`, and at least one small body, is for small ones only: a few large bodies,
   * which take minutes, would otherwise keep all others out. One large body always fits. @default no body is large
   */
  readonly maxSmallBodyBytes?: number;
  /** Max concurrent bodies of one owner. @default no limit */
  readonly maxBodiesPerOwner?: number;
  /** Reserved beyond the received bytes, in bytes: the approximate buffers of the runtime for one open request. */
  readonly overheadBytes: number;
  /** Lifetime of a slot, in milliseconds. A host may end a request without running its `finally`. */
  readonly expireMs: number;
}

interface Slot {
  readonly ownerId: string;
  /** As in `acquire`. */
  readonly declaredBytes: number;
  readonly startedAt: number;
  /** Bytes per millisecond that a body with `reserveForMs` needs to arrive in time; 0 for another one. */
  readonly minBytesPerMs: number;
  /** The size that is reserved once the start has arrived; 0 without `reserveForMs`, and once others have got it. */
  promisedBytes: number;
  receivedBytes: number;
  reservedBytes: number;
}

/** Limits the memory of bodies in progress, per process and per owner. */
export function createBodySlots(options: BodySlotOptions): BodySlots {
  const { clock, expireMs, maxBodyBytes, noun, overheadBytes, random } = options;
  const reservations = createReservations(options);

  // At most `maxBodyBytes`: `readBody` refuses a longer body.
  const withOverhead = (bytes: number): number => Math.min(bytes + overheadBytes, maxBodyBytes);
  const reservationFor = (slot: Slot): number => withOverhead(neededBytes(slot));

  const releaseExpired = (now: number): void => {
    for (const slot of reservations.slots) {
      if (slot.startedAt + expireMs > now) return;
      reservations.release(slot);
    }
  };

  /** Frees the unused reservations of slow bodies. Otherwise an owner could hold them for minutes, and send almost nothing. */
  const shrinkSlow = (now: number): void => {
    for (const slot of reservations.slots) {
      const elapsedMs = now - slot.startedAt;
      if (elapsedMs < slowStartMs) return;
      if (slot.receivedBytes >= slot.minBytesPerMs * elapsedMs) continue;
      slot.promisedBytes = 0;
      reservations.set(slot, reservationFor(slot));
    }
  };

  const limitErrorOf = (limit: Limit): ServiceError => {
    const retryAfterMs = minRetryMs + random() * (maxRetryMs - minRetryMs);
    return limit === "owner"
      ? new ServiceError("rate_limited", `Too many concurrent ${noun}: wait until one has ended.`, { retryAfterMs })
      : new ServiceError("unavailable", `The server has too many ${noun} in progress: send the same request again.`, {
          retryAfterMs,
        });
  };

  const grow = (slot: Slot, byteLength: number): void => {
    if (!reservations.slots.has(slot)) return;
    slot.receivedBytes += byteLength;
    if (reservationFor(slot) === slot.reservedBytes) return;
    // May also shrink this slot.
    if (reservations.exceededLimit(slot, reservationFor(slot)) !== null) shrinkSlow(clock.now());
    const limit = reservations.exceededLimit(slot, reservationFor(slot));
    if (limit !== null) {
      reservations.release(slot);
      throw limitErrorOf(limit);
    }
    reservations.set(slot, reservationFor(slot));
  };

  return {
    acquire({ ownerId, declaredBytes, reserveForMs }) {
      const startedAt = clock.now();
      const slot: Slot = {
        ownerId,
        declaredBytes,
        startedAt,
        ...(reserveForMs === undefined
          ? { minBytesPerMs: 0, promisedBytes: 0 }
          : { minBytesPerMs: declaredBytes / reserveForMs, promisedBytes: declaredBytes }),
        receivedBytes: 0,
        reservedBytes: 0,
      };
      releaseExpired(startedAt);
      const bytes = withOverhead(declaredBytes);
      if (reservations.exceededLimit(slot, bytes) !== null) shrinkSlow(startedAt);
      const limit = reservations.exceededLimit(slot, bytes);
      if (limit !== null) throw limitErrorOf(limit);
      reservations.set(slot, reservationFor(slot));
      return { grow: (receivedBytes) => grow(slot, receivedBytes), release: () => reservations.release(slot) };
    },
  };
}

/** The limit of one owner, or of the process. */
type Limit = "owner" | "process";

interface Usage {
  readonly bodies: number;
  readonly bytes: number;
}

/** The reserved bytes of all bodies in progress, with their sums: the only writer of both. */
function createReservations(options: BodySlotOptions) {
  const { maxBytes, maxBodyBytes } = options;
  const { maxBodiesPerOwner = Number.POSITIVE_INFINITY, maxSmallBodyBytes = Number.POSITIVE_INFINITY } = options;
  const maxBytesPerOwner = Math.max(Math.floor(maxBytes / 2), maxBodyBytes);
  const maxLargeBytes = Math.max(maxBytes - Math.max(Math.floor(maxBytes / 5), maxSmallBodyBytes), maxBodyBytes);
  // In order of start.
  const slots = new Set<Slot>();
  const owners = new Map<string, Usage>();
  let totalBytes = 0;

  const usageOf = (ownerId: string): Usage => owners.get(ownerId) ?? { bodies: 0, bytes: 0 };

  const count = (slot: Slot, { bodies, bytes }: Usage): void => {
    const own = usageOf(slot.ownerId);
    slot.reservedBytes += bytes;
    totalBytes += bytes;
    if (own.bodies + bodies === 0) owners.delete(slot.ownerId);
    else owners.set(slot.ownerId, { bodies: own.bodies + bodies, bytes: own.bytes + bytes });
  };

  // A body without a length may grow large.
  const isLarge = ({ declaredBytes, receivedBytes }: Slot): boolean =>
    Math.max(declaredBytes, receivedBytes) > maxSmallBodyBytes;

  return {
    /** In order of start. */
    slots: slots as ReadonlySet<Slot>,

    /** Which limit a slot with this reservation, a new one or a known one, would exceed. */
    exceededLimit(slot: Slot, reservedBytes: number): Limit | null {
      const own = usageOf(slot.ownerId);
      const bytes = reservedBytes - slot.reservedBytes;
      const bodies = slots.has(slot) ? 0 : 1;
      if (own.bodies + bodies > maxBodiesPerOwner || own.bytes + bytes > maxBytesPerOwner) return "owner";
      if (totalBytes + bytes > maxBytes) return "process";
      if (!isLarge(slot)) return null;
      let largeBytes = bytes;
      // Includes the present reservation of a known slot.
      for (const each of slots) if (isLarge(each)) largeBytes += each.reservedBytes;
      return largeBytes > maxLargeBytes ? "process" : null;
    },

    /** Reserves bytes for a slot in place of its reservation. */
    set(slot: Slot, reservedBytes: number): void {
      count(slot, { bodies: slots.has(slot) ? 0 : 1, bytes: reservedBytes - slot.reservedBytes });
      slots.add(slot);
    },

    /** A second call does nothing. */
    release(slot: Slot): void {
      if (slots.delete(slot)) count(slot, { bodies: -1, bytes: -slot.reservedBytes });
    },
  };
}

/** The bytes that a body has or is about to have: its whole length once its start has arrived. */
function neededBytes({ promisedBytes, receivedBytes }: Slot): number {
  const start = Math.min(startBytes, receivedBytes * maxReservedPerReceived);
  return Math.max(receivedBytes < startBytes ? Math.min(promisedBytes, start) : promisedBytes, receivedBytes);
}
