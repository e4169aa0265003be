import { singleFlight } from "../../process/single-flight.js";

/** Vendors ask that what checks their call-backs be kept no longer. */
const freshForMs = 86_400_000;
/** Whoever sends forgeries must not make us ask more often. */
const askAgainAfterMs = 60_000;

/** What checks a vendor's call-backs, and how to get it. */
export interface KeptKeysOptions<Keys> {
  /**
   * Asks the vendor.
   *
   * @param signal of the webhook that needs them first; absent for no limit.
   * @throws when they are not to be had.
   */
  readonly ask: (signal: AbortSignal | undefined) => Promise<Keys>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Keys of a vendor, kept for a day. */
export interface KeptKeys<Keys> {
  /**
   * As they are known; older than a day only while the vendor cannot be asked.
   *
   * @throws when none are known, and none are to be had before the signal aborts.
   */
  current(signal?: AbortSignal): Promise<Keys>;
  /**
   * Anew, for a signature that no known key has made.
   *
   * @returns `null` when they were asked for less than a minute ago.
   * @throws when they are not to be had before the signal aborts.
   */
  newer(signal?: AbortSignal): Promise<Keys | null>;
}

/** Knows no key until the first is needed. */
export function createKeptKeys<Keys>({ ask, now }: KeptKeysOptions<Keys>): KeptKeys<Keys> {
  let known: { readonly keys: Keys; readonly at: number } | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let isAsking = false;

  // Webhooks come in bursts: one request is enough for all of them.
  const askOnce = singleFlight(async (signal: AbortSignal | undefined): Promise<Keys> => {
    askedAt = now();
    isAsking = true;
    try {
      // A host's `fetch` may ignore the signal. Without the race, one request that hangs would block all later ones.
      const keys = await Promise.race([ask(signal), ...(signal === undefined ? [] : [aborted(signal)])]);
      known = { keys, at: now() };
      return keys;
    } finally {
      isAsking = false;
    }
  });
  const wasAskedJustNow = (): boolean => now() - askedAt < askAgainAfterMs;

  return {
    async current(signal) {
      if (known === null) return askOnce(signal);
      const { keys, at } = known;
      if (now() - at < freshForMs || wasAskedJustNow()) return keys;
      return askOnce(signal).catch(() => keys);
    },
    newer: async (signal) => (!isAsking && wasAskedJustNow() ? null : askOnce(signal)),
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
