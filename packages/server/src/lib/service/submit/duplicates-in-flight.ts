/** Interval at which a duplicate checks whether the earlier submit has ended, in milliseconds. */
const pollMs = 10;
/**
 * Age at which an entry is stale, in milliseconds: its request ended without `leave`. A submit takes less time, with two calls of
 * `authorize`, the other functions of the host, and the commit.
 */
const lostAfterMs = 120_000;

/** The submits with an idempotency key that are in progress in this process. Two with the same owner and key are duplicates. */
export interface DuplicatesInFlight {
  /**
   * Waits until no duplicate of a submit is in progress, and registers the submit.
   *
   * @returns whether it has waited, and a function to call once the submit has ended.
   */
  enter(submit: { readonly ownerId: string; readonly keyHash: string }): Promise<{
    readonly hasWaited: boolean;
    readonly leave: () => void;
  }>;
}

/** Creates the register. It holds plain data, and a duplicate polls it: no request awaits a promise of another request. */
export function createDuplicatesInFlight(): DuplicatesInFlight {
  /** Monotonic start of a submit, in milliseconds, by owner and key. */
  const startedAt = new Map<string, number>();
  return {
    async enter({ keyHash, ownerId }) {
      // The hash has a fixed length.
      const entry = `${keyHash}${ownerId}`;
      let hasWaited = false;
      while (performance.now() - (startedAt.get(entry) ?? Number.NEGATIVE_INFINITY) < lostAfterMs) {
        hasWaited = true;
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
      const own = performance.now();
      startedAt.set(entry, own);
      const leave = () => {
        if (startedAt.get(entry) === own) startedAt.delete(entry);
      };
      return { hasWaited, leave };
    },
  };
}
