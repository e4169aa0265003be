import { singleFlight } from "../../../process/single-flight.js";

/** Vendors require that webhook keys be cached for no longer than a day. */
const freshForMs = 86_400_000;
/** Forged webhooks must not make the server request keys more often. */
const minIntervalMs = 60_000;

/** Options of `createCachedKeys`. */
export interface CachedKeysOptions<Keys> {
  /**
   * Requests the keys from the vendor.
   *
   * @param signal of the first waiting webhook; absent for the default limit.
   * @throws if the vendor does not return them before the signal aborts.
   */
  readonly fetchKeys: (signal: AbortSignal | undefined) => Promise<Keys>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Webhook keys of a vendor, cached for a day. */
export interface CachedKeys<Keys> {
  /**
   * The cached keys. They are older than a day only while the vendor does not return newer ones.
   *
   * @throws if no keys are cached and the vendor does not return them before the signal aborts.
   */
  current(signal?: AbortSignal): Promise<Keys>;
  /**
   * Newer keys, for a signature that `tried` does not verify.
   *
   * @returns `null` if `tried` are the newest: the vendor returned them less than a minute ago.
   * @throws if the vendor does not return them before the signal aborts, or failed to do so less than a minute ago.
   */
  newer(tried: Keys, signal?: AbortSignal): Promise<Keys | null>;
}

/** Requests the keys on first use. */
export function createCachedKeys<Keys>({ fetchKeys, now }: CachedKeysOptions<Keys>): CachedKeys<Keys> {
  let known: { readonly keys: Keys; readonly at: number } | null = null;
  let failed: { readonly error: unknown; readonly at: number } | null = null;

  // Webhooks arrive in bursts: one request serves all of them.
  const fetchOnce = singleFlight(async (signal: AbortSignal | undefined): Promise<Keys> => {
    try {
      // A host's `fetch` may ignore the signal. Without the race, one request that hangs would block all later ones.
      const keys = await Promise.race([fetchKeys(signal), ...(signal === undefined ? [] : [aborted(signal)])]);
      known = { keys, at: now() };
      failed = null;
      return keys;
    } catch (error) {
      failed = { error, at: now() };
      throw error;
    }
  });
  // A clock may be set back.
  const ageMs = (at: number): number => Math.abs(now() - at);
  const isRecent = ({ at }: { readonly at: number }): boolean => ageMs(at) < minIntervalMs;

  return {
    async current(signal) {
      if (known === null) return fetchOnce(signal);
      const { keys, at } = known;
      if (ageMs(at) < freshForMs || (failed !== null && isRecent(failed))) return keys;
      return fetchOnce(signal).catch(() => keys);
    },
    async newer(tried, signal) {
      if (known !== null && known.keys !== tried) return known.keys;
      if (known !== null && isRecent(known)) return null;
      if (failed !== null && isRecent(failed)) throw failed.error;
      return fetchOnce(signal);
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
