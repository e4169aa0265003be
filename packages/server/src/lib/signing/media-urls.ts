import type { Clock } from "../ports/clock.js";
import type { KeyRing } from "./key-ring.js";

/** One file of a generation, or an uploaded picture. */
export interface MediaTarget {
  /** Of the generation; of the uploaded picture where that is meant. */
  readonly id: string;
  /** Index of the output, or the newest preview. */
  readonly part: number | "preview" | "input";
  /** Of an output; absent for the output itself. */
  readonly variant?: "thumbnail";
}

/** Makes and checks the URLs that carry their own permission, because `<img>` cannot send a bearer token. */
export interface MediaUrls {
  /** Number of the time span in which every URL stays the same. */
  period(): number;
  /** When a URL that is made now expires, in epoch milliseconds: in 10 to 15 minutes. */
  expiresAt(): number;
  /**
   * A URL for one file.
   *
   * @param options.of changes with the bytes, where one target gets new ones: a browser loads them then.
   * @param options.expiresAt epoch milliseconds, rounded up to seconds; as `expiresAt()` says unless given.
   */
  urlOf(target: MediaTarget, options?: { readonly of?: string; readonly expiresAt?: number }): Promise<string>;
  /**
   * Whether the query of a request carries a permission for this file that has not expired. Further parameters, such as
   * whether to save it, are the asker's to choose.
   */
  verify(target: MediaTarget, query: { readonly expires: string; readonly signature: string }): Promise<boolean>;
}

/** How long a vendor may read an uploaded picture, in milliseconds. */
export const vendorUrlMs = 3_600_000;

const periodMs = 300_000;
const periodsValid = 3;
/** A signature takes about 30 µs; pages of the same history ask for the same ones. */
const mostRemembered = 10_000;

/**
 * Makes media URLs below a base.
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
  // Not promises: a request on Cloudflare Workers may hang if it waits for a promise of another one.
  const remembered = new Map<string, string>();

  const sign = async (text: string): Promise<string> => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    // The expiry is part of the text: whatever is old is of no use, so that forgetting all at once costs little.
    if (remembered.size >= mostRemembered) remembered.clear();
    const signature = await keyRing.sign("media-url", text);
    remembered.set(text, signature);
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
      if (!/^\d{1,12}$/.test(expires) || Number(expires) * 1_000 <= clock.now()) return false;
      return keyRing.verify("media-url", toText(target, expires), signature);
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

/** What is signed. The leading number is the version of this format. */
function toText(target: MediaTarget, expires: string): string {
  return ["1", target.id, nameOf(target), expires].join("\n");
}
