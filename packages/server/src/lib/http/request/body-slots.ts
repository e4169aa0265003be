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
/** Before, a body reserves at most so many times its received bytes: a head alone costs its sender almost nothing. */
const startFactor = 16;

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
   * Reserves memory for one body before it is read: `overheadBytes` and, with `reserveForMs`, its length.
   *
   * @param body.byteLength its `Content-Length`, or the max size if it is unknown. Without room for it, the body is refused.
   * @param body.reserveForMs time in which the body must arrive, in milliseconds. Reserves its first MiB while that arrives, 16 times
   *   the received bytes, and then its whole length, so that it is not refused later. A head without a body holds the overhead only.
   *   If others need the room, a body that is too slow for this time keeps only its received bytes. Absent: bytes are reserved as they
   *   arrive.
   * @throws {ServiceError} rate_limited at the limit of the owner, unavailable at the limit of the process
   */
  acquire(body: { readonly ownerId: string; readonly byteLength: number; readonly reserveForMs?: number }): BodySlot;
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
  readonly byteLength: number;
  readonly startedAt: number;
  /** Bytes per millisecond that a body with a reserved length needs to arrive in time; 0 without one. */
  readonly minBytesPerMs: number;
  /** The reserved length; 0 without one, and once it was given to others. */
  lengthBytes: number;
  receivedBytes: number;
  reservedBytes: number;
}

interface Usage {
  readonly bodies: number;
  readonly bytes: number;
}

/** The request of a body for more room. */
interface Demand extends Usage {
  readonly isLarge: boolean;
}

/** Limits the memory of bodies in progress, per process and per owner. */
export function createBodySlots(options: BodySlotOptions): BodySlots {
  const { clock, maxBodyBytes, overheadBytes, expireMs } = options;
  // In order of start.
  const slots = new Set<Slot>();
  const { add, isLarge, limitErrorOf } = createRoom(options, slots);

  const release = (slot: Slot): void => {
    if (slots.delete(slot)) add(slot.ownerId, { bodies: -1, bytes: -slot.reservedBytes });
  };

  const releaseExpired = (now: number): void => {
    for (const slot of slots) {
      if (slot.startedAt + expireMs > now) return;
      release(slot);
    }
  };

  const withOverhead = (bytes: number): number => Math.min(bytes + overheadBytes, maxBodyBytes);
  const reservationFor = (slot: Slot): number => withOverhead(neededBytes(slot));

  const resize = (slot: Slot): void => {
    const bytes = reservationFor(slot) - slot.reservedBytes;
    slot.reservedBytes += bytes;
    add(slot.ownerId, { bodies: 0, bytes });
  };

  /** Frees the unused reservations of slow bodies. Otherwise an owner could hold them for minutes, and send almost nothing. */
  const shrinkSlow = (now: number): void => {
    for (const slot of slots) {
      const elapsedMs = now - slot.startedAt;
      if (elapsedMs < slowStartMs) return;
      if (slot.receivedBytes >= slot.minBytesPerMs * elapsedMs) continue;
      slot.lengthBytes = 0;
      resize(slot);
    }
  };

  /** @param demand may change by `shrinkSlow`. */
  const refusalOf = (ownerId: string, demand: () => Demand): ServiceError | null => {
    if (limitErrorOf(ownerId, demand()) === null) return null;
    shrinkSlow(clock.now());
    return limitErrorOf(ownerId, demand());
  };

  const grow = (slot: Slot, byteLength: number): void => {
    if (!slots.has(slot)) return;
    slot.receivedBytes += byteLength;
    if (reservationFor(slot) === slot.reservedBytes) return;
    const refusal = refusalOf(slot.ownerId, () => ({
      bodies: 0,
      bytes: reservationFor(slot) - slot.reservedBytes,
      isLarge: isLarge(slot),
    }));
    if (refusal !== null) {
      release(slot);
      throw refusal;
    }
    resize(slot);
  };

  return {
    acquire({ ownerId, byteLength, reserveForMs }) {
      const startedAt = clock.now();
      releaseExpired(startedAt);
      // At most `maxBodyBytes`: `readBody` refuses a longer body by its `Content-Length`.
      const demand = { bodies: 1, bytes: withOverhead(byteLength), isLarge: isLarge({ byteLength, receivedBytes: 0 }) };
      const refusal = refusalOf(ownerId, () => demand);
      if (refusal !== null) throw refusal;
      const lengthBytes = reserveForMs === undefined ? 0 : byteLength;
      const minBytesPerMs = reserveForMs === undefined ? 0 : byteLength / reserveForMs;
      const reservedBytes = withOverhead(0);
      const slot = { ownerId, byteLength, startedAt, minBytesPerMs, lengthBytes, receivedBytes: 0, reservedBytes };
      slots.add(slot);
      add(ownerId, { bodies: 1, bytes: reservedBytes });
      return { grow: (receivedBytes) => grow(slot, receivedBytes), release: () => release(slot) };
    },
  };
}

/** The bytes of all bodies in progress, and the limits on them. */
function createRoom(options: BodySlotOptions, slots: Iterable<Slot>) {
  const { noun, random, maxBytes, maxBodyBytes } = options;
  const { maxBodiesPerOwner = Number.POSITIVE_INFINITY, maxSmallBodyBytes = Number.POSITIVE_INFINITY } = options;
  const maxBytesPerOwner = Math.max(Math.floor(maxBytes / 2), maxBodyBytes);
  const maxLargeBytes = Math.max(maxBytes - Math.max(Math.floor(maxBytes / 5), maxSmallBodyBytes), maxBodyBytes);
  const owners = new Map<string, Usage>();
  let totalBytes = 0;

  // A body without a length may grow large.
  const isLarge = ({ byteLength, receivedBytes }: Pick<Slot, "byteLength" | "receivedBytes">): boolean =>
    Math.max(byteLength, receivedBytes) > maxSmallBodyBytes;

  const hasRoom = (demand: Demand): boolean => {
    if (totalBytes + demand.bytes > maxBytes) return false;
    if (!demand.isLarge) return true;
    let largeBytes = demand.bytes;
    for (const slot of slots) if (isLarge(slot)) largeBytes += slot.reservedBytes;
    return largeBytes <= maxLargeBytes;
  };

  const limitErrorOf = (ownerId: string, demand: Demand): ServiceError | null => {
    const { bodies, bytes } = demand;
    const own = owners.get(ownerId) ?? { bodies: 0, bytes: 0 };
    if (own.bodies + bodies > maxBodiesPerOwner || own.bytes + bytes > maxBytesPerOwner) {
      const message = `Too many concurrent ${noun}: wait until one has ended.`;
      return new ServiceError("rate_limited", message, { retryAfterMs: retryMs(random) });
    }
    if (hasRoom(demand)) return null;
    const message = `The server has too many ${noun} in progress: send the same request again.`;
    return new ServiceError("unavailable", message, { retryAfterMs: retryMs(random) });
  };

  const add = (ownerId: string, { bodies, bytes }: Usage): void => {
    const own = owners.get(ownerId) ?? { bodies: 0, bytes: 0 };
    totalBytes += bytes;
    if (own.bodies + bodies === 0) owners.delete(ownerId);
    else owners.set(ownerId, { bodies: own.bodies + bodies, bytes: own.bytes + bytes });
  };

  return { add, isLarge, limitErrorOf };
}

function retryMs(random: () => number): number {
  return minRetryMs + random() * (maxRetryMs - minRetryMs);
}

/** The bytes that a body has or is about to have: its whole length once its start has arrived. */
function neededBytes({ lengthBytes, receivedBytes }: Pick<Slot, "lengthBytes" | "receivedBytes">): number {
  const start = Math.min(startBytes, receivedBytes * startFactor);
  return Math.max(receivedBytes < startBytes ? Math.min(lengthBytes, start) : lengthBytes, receivedBytes);
}
