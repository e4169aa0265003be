import type { Clock } from "../../ports/clock.js";
import { ServiceError } from "../../service/errors/service-error.js";

/** Max concurrent uploads of one owner: the default max of images in one input. */
const maxUploadsPerOwner = 10;
/** An open request costs memory of its own, however small its body. */
const minReservedBytes = 65_536;
/** `Retry-After` of a refused upload. The time until a slot is free is unknown. */
const retryAfterMs = 5_000;

/** Memory for uploads in progress, reserved before a body is read. */
export interface UploadSlots {
  /**
   * Reserves the memory of one upload.
   *
   * @param upload.byteLength size of the body; the max size of one upload if it is unknown.
   * @returns a function that releases the memory; calling it twice does nothing.
   * @throws {ServiceError} rate_limited at the limit of the owner, unavailable at the limit of the process
   */
  acquire(upload: { readonly ownerId: string; readonly byteLength: number }): () => void;
}

/** Limits of the uploads in progress. */
export interface UploadSlotOptions {
  readonly clock: Pick<Clock, "now">;
  /** Max bytes of all owners together. One owner gets half of it, but at least one upload. */
  readonly maxBytes: number;
  /** Max bytes of one upload. */
  readonly maxUploadBytes: number;
  /**
   * Lifetime of a slot, in milliseconds. A host may end a request without running its `finally`.
   */
  readonly expireMs: number;
}

interface Slot {
  readonly ownerId: string;
  readonly byteLength: number;
  readonly expiresAt: number;
}

/** Limits the memory of uploads in progress, per process and per owner. */
export function createUploadSlots({ clock, maxBytes, maxUploadBytes, expireMs }: UploadSlotOptions): UploadSlots {
  const maxBytesPerOwner = Math.max(Math.floor(maxBytes / 2), maxUploadBytes);
  const slots = new Set<Slot>();

  const dropExpired = (now: number): void => {
    for (const slot of slots) if (slot.expiresAt <= now) slots.delete(slot);
  };

  return {
    acquire({ ownerId, byteLength }) {
      const now = clock.now();
      dropExpired(now);
      // A longer body is refused before it is read.
      const bytes = Math.min(Math.max(byteLength, minReservedBytes), maxUploadBytes);
      const own = [...slots].filter((slot) => slot.ownerId === ownerId);
      if (own.length >= maxUploadsPerOwner || sumOf(own) + bytes > maxBytesPerOwner) {
        const message = "Too many concurrent uploads: wait until one has ended.";
        throw new ServiceError("rate_limited", message, { retryAfterMs });
      }
      if (sumOf(slots) + bytes > maxBytes) {
        const message = "The server has too many uploads in progress: send the same request again.";
        throw new ServiceError("unavailable", message, { retryAfterMs });
      }
      const slot = { ownerId, byteLength: bytes, expiresAt: now + expireMs };
      slots.add(slot);
      return () => {
        slots.delete(slot);
      };
    },
  };
}

function sumOf(slots: Iterable<Slot>): number {
  let bytes = 0;
  for (const { byteLength } of slots) bytes += byteLength;
  return bytes;
}
