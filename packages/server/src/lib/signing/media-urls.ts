import type { Clock } from "../ports/clock.js";
import type { KeyRing } from "./key-ring.js";

/** One file of a generation, or an upload. */
export interface MediaTarget {
  /** Id of the generation or, if `part` is `"input"`, of the upload. */
  readonly id: string;
  /** Index of the output, the newest preview, or the upload itself. */
  readonly part: number | "preview" | "input";
  /** A smaller version of an output; absent for the output itself. */
  readonly variant?: "thumbnail";
}

/** Creates and verifies signed URLs: `<img>` cannot send a bearer token. */
export interface MediaUrls {
  /** Number of the current 5-minute period. A URL stays the same within a period. */
  period(): number;
  /** Expiry of a URL created now, in epoch milliseconds: 10 to 15 minutes ahead. */
  expiresAt(): number;
  /**
   * Creates a signed URL for one file.
   *
   * @param options.of for a target whose bytes change: a text that changes with them, so that the browser loads them again.
   * @param options.expiresAt epoch milliseconds, rounded up to seconds. Default: `expiresAt()`.
   */
  urlOf(target: MediaTarget, options?: { readonly of?: string; readonly expiresAt?: number }): Promise<string>;
  /**
   * Whether the query carries a valid signature for this file that expires within two hours. Other parameters, such as
   * `download`, are not signed.
   */
  verify(target: MediaTarget, query: { readonly expires: string; readonly signature: string }): Promise<boolean>;
}

/** Lifetime of an upload's URL for a vendor, in milliseconds. */
export const vendorUrlMs = 3_600_000;

/** Max time to the expiry of a URL, in milliseconds: that of a vendor's URL, and an hour for clocks that differ. */
const maxLeftMs = vendorUrlMs + 3_600_000;

const periodMs = 300_000;
const periodsValid = 3;
/** A signature takes about 30 µs, and pages of the same history need the same signatures. */
const maxCachedSignatures = 10_000;

/**
 * Creates signed media URLs below a base.
 *
 * @param options.base origin and path of the router, such as `/api/generations`.
 */
export function createMediaUrls(options: {
  readonly base: string;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
}): MediaUrls {
  const { base, keyRing, clock } = options;
  const period = (): number => Math.floor(clock.now() / periodMs);
  const expiresAt = (): number => (period() + periodsValid) * periodMs;
  // Holds signatures, not promises: on Cloudflare Workers, a request that awaits a promise of another may hang.
  const cache = new Map<string, string>();

  const sign = async (text: string): Promise<string> => {
    const known = cache.get(text);
    if (known !== undefined) return known;
    // The expiry is part of the key, so old entries are useless and clearing all of them costs little.
    if (cache.size >= maxCachedSignatures) cache.clear();
    const signature = await keyRing.sign("media-url", text);
    cache.set(text, signature);
    return signature;
  };

  return {
    period,
    expiresAt,

    async urlOf(target, { of, expiresAt: until = expiresAt() } = {}) {
      const expires = String(Math.ceil(until / 1_000));
      const signature = await sign(toText(target, expires));
      const parameters = new URLSearchParams({
        expires,
        signature,
        ...(of !== undefined && { of }),
      });
      return `${base}/${pathOf(target)}?${parameters}`;
    },

    async verify(target, { expires, signature }) {
      if (!/^\d{1,12}$/.test(expires)) return false;
      const leftMs = Number(expires) * 1_000 - clock.now();
      // A server whose clock was far ahead may have signed a URL that expires in years.
      if (leftMs <= 0 || leftMs > maxLeftMs) return false;
      return keyRing.verify("media-url", { text: toText(target, expires), signature });
    },
  };
}

function pathOf(target: MediaTarget): string {
  const { id, part } = target;
  if (part === "input") return `inputs/${id}`;
  return part === "preview" ? `${id}/preview` : `${id}/outputs/${nameOf(target)}`;
}

function nameOf({ part, variant }: MediaTarget): string {
  return variant === undefined ? String(part) : `${part}/${variant}`;
}

/** The signed text. Its first line is the version of the format. */
function toText(target: MediaTarget, expires: string): string {
  return ["1", target.id, nameOf(target), expires].join("\n");
}
