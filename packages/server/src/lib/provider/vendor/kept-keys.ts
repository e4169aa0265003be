/** Vendors ask that what checks their call-backs be kept no longer. */
const freshForMs = 86_400_000;
/** Whoever sends forgeries must not make us ask more often. */
const askAgainAfterMs = 60_000;

/** What checks a vendor's call-backs, and how to get it. */
export interface KeptKeysOptions<Keys> {
  /** Asks the vendor. @throws when they are not to be had. */
  readonly ask: () => Promise<Keys>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Keys of a vendor, kept for a day. */
export interface KeptKeys<Keys> {
  /**
   * As they are known; older than a day only while the vendor cannot be asked.
   *
   * @throws when none are known, and none are to be had.
   */
  current(): Promise<Keys>;
  /**
   * Anew, for a signature that no known key has made.
   *
   * @returns `null` when they were asked for less than a minute ago.
   * @throws when they are not to be had.
   */
  newer(): Promise<Keys | null>;
}

/** Knows no key until the first is needed. */
export function createKeptKeys<Keys>({ ask, now }: KeptKeysOptions<Keys>): KeptKeys<Keys> {
  let known: { readonly keys: Keys; readonly at: number } | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<Keys> | null = null;

  const askOnce = (): Promise<Keys> => {
    // Call-backs come in crowds: one question is enough for all of them.
    asking ??= askAndKeep().finally(() => {
      asking = null;
    });
    return asking;
  };
  const askAndKeep = async (): Promise<Keys> => {
    askedAt = now();
    const keys = await ask();
    known = { keys, at: now() };
    return keys;
  };
  const wasAskedJustNow = (): boolean => now() - askedAt < askAgainAfterMs;

  return {
    async current() {
      if (known === null) return askOnce();
      const { keys, at } = known;
      if (now() - at < freshForMs || wasAskedJustNow()) return keys;
      return askOnce().catch(() => keys);
    },
    newer: async () => (asking === null && wasAskedJustNow() ? null : askOnce()),
  };
}
