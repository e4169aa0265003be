import type { Clock } from "../../ports/clock.js";
import { ServiceError } from "../../service/errors/service-error.js";

/** `Retry-After` of a refused body. The time until a slot is free is unknown. */
const retryAfterMs = 5_000;

/** The memory of one request body. */
export interface BodySlot {
  /**
   * Adds received bytes to the reservation.
   *
   * @throws {ServiceError} rate_limited at the limit of the owner, unavailable at the limit of the process
   */
  grow(byteLength: number): void;
  /** Releases the reservation; a second call does nothing. */
  release(): void;
}

/** Memory for request bodies in progress: the received bytes and `overheadBytes`. */
export interface BodySlots {
  /**
   * Reserves `overheadBytes` for one body.
   *
   * @param body.byteLength its `Content-Length`, or the max size if it is unknown. Without room for that, the body is
   *   refused before it is read.
   * @throws {ServiceError} rate_limited at the limit of the owner, unavailable at the limit of the process
   */
  acquire(body: { readonly ownerId: string; readonly byteLength: number }): BodySlot;
}

/** Limits of the bodies in progress. */
export interface BodySlotOptions {
  readonly clock: Pick<Clock, "now">;
  /** Plural noun for messages, such as "uploads". */
  readonly noun: string;
  /** Max bytes of all owners together. One owner gets half of it, but at least one body. */
  readonly maxBytes: number;
  /** Max bytes of one body. */
  readonly maxBodyBytes: number;
  /** Max concurrent bodies of one owner. @default no limit */
  readonly maxBodiesPerOwner?: number;
  /** Reserved beyond the received bytes, in bytes: the approximate buffers of the runtime for one open request. */
  readonly overheadBytes: number;
  /**
   * Lifetime of a slot, in milliseconds. A host may end a request without running its `finally`.
   */
  readonly expireMs: number;
}

interface Slot {
  readonly ownerId: string;
  readonly expiresAt: number;
  receivedBytes: number;
  reservedBytes: number;
}

interface Usage {
  bodies: number;
  bytes: number;
}

/** Limits the memory of bodies in progress, per process and per owner. */
export function createBodySlots(options: BodySlotOptions): BodySlots {
  const { clock, noun, maxBytes, maxBodyBytes, maxBodiesPerOwner = Number.POSITIVE_INFINITY } = options;
  const { overheadBytes, expireMs } = options;
  const maxBytesPerOwner = Math.max(Math.floor(maxBytes / 2), maxBodyBytes);
  // In order of expiry.
  const slots = new Set<Slot>();
  const owners = new Map<string, Usage>();
  let totalBytes = 0;

  const checkLimits = (ownerId: string, { bodies, bytes }: Usage): void => {
    const own = owners.get(ownerId) ?? { bodies: 0, bytes: 0 };
    if (own.bodies + bodies > maxBodiesPerOwner || own.bytes + bytes > maxBytesPerOwner) {
      throw new ServiceError("rate_limited", `Too many concurrent ${noun}: wait until one has ended.`, {
        retryAfterMs,
      });
    }
    if (totalBytes + bytes > maxBytes) {
      const message = `The server has too many ${noun} in progress: send the same request again.`;
      throw new ServiceError("unavailable", message, { retryAfterMs });
    }
  };

  const add = (ownerId: string, { bodies, bytes }: Usage): void => {
    const own = owners.get(ownerId) ?? { bodies: 0, bytes: 0 };
    totalBytes += bytes;
    if (own.bodies + bodies === 0) owners.delete(ownerId);
    else owners.set(ownerId, { bodies: own.bodies + bodies, bytes: own.bytes + bytes });
  };

  const release = (slot: Slot): void => {
    if (slots.delete(slot)) add(slot.ownerId, { bodies: -1, bytes: -slot.reservedBytes });
  };

  const releaseExpired = (now: number): void => {
    for (const slot of slots) {
      if (slot.expiresAt > now) return;
      release(slot);
    }
  };

  const reservationFor = (receivedBytes: number): number => Math.min(receivedBytes + overheadBytes, maxBodyBytes);

  return {
    acquire({ ownerId, byteLength }) {
      const now = clock.now();
      releaseExpired(now);
      const reservedBytes = reservationFor(0);
      // `readBody` refuses a longer body by its `Content-Length`.
      checkLimits(ownerId, { bodies: 1, bytes: Math.min(Math.max(byteLength, reservedBytes), maxBodyBytes) });
      const slot: Slot = { ownerId, expiresAt: now + expireMs, receivedBytes: 0, reservedBytes };
      slots.add(slot);
      add(ownerId, { bodies: 1, bytes: reservedBytes });
      return {
        grow: (receivedBytes) => {
          if (!slots.has(slot)) return;
          slot.receivedBytes += receivedBytes;
          const growth = { bodies: 0, bytes: reservationFor(slot.receivedBytes) - slot.reservedBytes };
          if (growth.bytes === 0) return;
          checkLimits(ownerId, growth);
          slot.reservedBytes += growth.bytes;
          add(ownerId, growth);
        },
        release: () => release(slot),
      };
    },
  };
}
