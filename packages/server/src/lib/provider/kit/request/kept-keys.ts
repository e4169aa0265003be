import { singleFlight } from "../../../process/single-flight.js";

/** Vendors ask that keys of webhooks be kept no longer. */
const freshForMs = 86_400_000;
/** Forged webhooks must not make the server request keys more often. */
const askAgainAfterMs = 60_000;

/** How to get the keys that verify a vendor's webhooks. */
export interface KeptKeysOptions<Keys> {
  /**
   * Requests the keys from the vendor.
   *
   * @param signal of the first waiting webhook; absent for the default limit.
   * @throws if the vendor does not return them before the signal aborts.
   */
  readonly ask: (signal: AbortSignal | undefined) => Promise<Keys>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Keys of a vendor, kept for a day. */
export interface KeptKeys<Keys> {
  /**
   * The known keys. They are older than a day only while the vendor does not return newer ones.
   *
   * @throws if none are known, and the vendor does not return them before the signal aborts.
   */
  current(signal?: AbortSignal): Promise<Keys>;
  /**
   * Newer keys, for a signature that `tried` does not verify.
   *
   * @returns `null` if `tried` are the newest: the vendor returned them less than a minute ago.
   * @throws if the vendor does not return them before the signal aborts, or failed to less than a minute ago.
   */
  newer(tried: Keys, signal?: AbortSignal): Promise<Keys | null>;
}

/** Requests the keys when they are first needed. */
export function createKeptKeys<Keys>({ ask, now }: KeptKeysOptions<Keys>): KeptKeys<Keys> {
  let known: { readonly keys: Keys; readonly at: number } | null = null;
  let failed: { readonly error: unknown; readonly at: number } | null = null;

  // Webhooks come in bursts: one request is enough for all of them.
  const askOnce = singleFlight(async (signal: AbortSignal | undefined): Promise<Keys> => {
    try {
      // A host's `fetch` may ignore the signal. Without the race, one request that hangs would block all later ones.
      const keys = await Promise.race([ask(signal), ...(signal === undefined ? [] : [aborted(signal)])]);
      known = { keys, at: now() };
      failed = null;
      return keys;
    } catch (error) {
      failed = { error, at: now() };
      throw error;
    }
  });
  const isRecent = ({ at }: { readonly at: number }): boolean => now() - at < askAgainAfterMs;

  return {
    async current(signal) {
      if (known === null) return askOnce(signal);
      const { keys, at } = known;
      if (now() - at < freshForMs || (failed !== null && isRecent(failed))) return keys;
      return askOnce(signal).catch(() => keys);
    },
    async newer(tried, signal) {
      if (known !== null && known.keys !== tried) return known.keys;
      if (known !== null && isRecent(known)) return null;
      if (failed !== null && isRecent(failed)) throw failed.error;
      return askOnce(signal);
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
