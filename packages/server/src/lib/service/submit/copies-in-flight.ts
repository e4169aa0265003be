/** Interval at which a copy checks for the end of an earlier one, in milliseconds. */
const pollMs = 10;
/** After this time, an entry is stale: its request ended without `leave`. Longer than a submit, in milliseconds: two calls of `authorize`, other functions of the host, and the commit. */
const lostAfterMs = 120_000;

/** The submits with an idempotency key that are in progress in this process. */
export interface CopiesInFlight {
  /**
   * Waits until no other copy of a submit is in progress, and registers this one.
   *
   * @returns whether it has waited, and a function to call once this copy has ended.
   */
  enter(copy: { readonly ownerId: string; readonly keyHash: string }): Promise<{
    readonly hasWaited: boolean;
    readonly leave: () => void;
  }>;
}

/**
 * Creates the register. It holds plain data, and each copy polls with its own timers: no request waits for a promise of another
 * one.
 */
export function createCopiesInFlight(): CopiesInFlight {
  /** Monotonic start of a submit, in milliseconds, by owner and key. */
  const startedAt = new Map<string, number>();
  return {
    async enter({ keyHash, ownerId }) {
      // The hash has a fixed length.
      const copy = `${keyHash}${ownerId}`;
      let hasWaited = false;
      while (performance.now() - (startedAt.get(copy) ?? Number.NEGATIVE_INFINITY) < lostAfterMs) {
        hasWaited = true;
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
      const own = performance.now();
      startedAt.set(copy, own);
      const leave = () => {
        if (startedAt.get(copy) === own) startedAt.delete(copy);
      };
      return { hasWaited, leave };
    },
  };
}
