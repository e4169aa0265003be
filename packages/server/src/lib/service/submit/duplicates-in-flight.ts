import { clientDisconnected } from "../errors/client-disconnected.js";
import { ServiceError } from "../errors/service-error.js";

/** Interval at which a duplicate checks whether the earlier submit has ended, in milliseconds. */
const pollMs = 10;
/**
 * Age at which an entry is stale, in milliseconds: its request ended without `leave`. A submit takes less time, with two calls of
 * `authorize`, the other functions of the host, and the commit.
 */
const lostAfterMs = 120_000;
/** Max duplicates of one submit that wait at once. A client sends the next one after an earlier one has failed. */
const maxWaiting = 20;
/** `Retry-After` beyond that, in milliseconds. */
const retryAfterMs = 2_000;

/** The submits with an idempotency key that are in progress in this process. Two with the same owner and key are duplicates. */
export interface DuplicatesInFlight {
  /**
   * Waits until no duplicate of a submit is in progress, and registers the submit.
   *
   * @param submit.signal aborts when the client disconnects; called only to wait.
   * @returns whether it has waited, and a function to call once the submit has ended.
   * @throws {ServiceError} rate_limited if too many duplicates wait; unavailable if the client disconnects
   */
  enter(submit: {
    readonly ownerId: string;
    readonly keyHash: string;
    readonly signal?: (() => AbortSignal) | undefined;
  }): Promise<{
    readonly hasWaited: boolean;
    readonly leave: () => void;
  }>;
}

/** Creates the register. It holds plain data, and a duplicate polls it: no request awaits a promise of another request. */
export function createDuplicatesInFlight(): DuplicatesInFlight {
  /** Monotonic start of a submit, in milliseconds, by owner and key. */
  const startedAt = new Map<string, number>();
  /** Number of waiting duplicates, by owner and key. */
  const waiting = new Map<string, number>();
  const isInProgress = (entry: string): boolean =>
    performance.now() - (startedAt.get(entry) ?? Number.NEGATIVE_INFINITY) < lostAfterMs;
  const wait = async (entry: string, signal: AbortSignal | undefined): Promise<void> => {
    const earlier = waiting.get(entry) ?? 0;
    if (earlier >= maxWaiting) {
      const detail = "Too many duplicates of this request wait for it. Send the same request again.";
      throw new ServiceError("rate_limited", detail, { retryAfterMs });
    }
    waiting.set(entry, earlier + 1);
    try {
      while (isInProgress(entry)) {
        if (signal?.aborted) throw clientDisconnected();
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    } finally {
      const others = (waiting.get(entry) ?? 0) - 1;
      if (others > 0) waiting.set(entry, others);
      else waiting.delete(entry);
    }
  };
  return {
    async enter({ keyHash, ownerId, signal }) {
      // The hash has a fixed length.
      const entry = `${keyHash}${ownerId}`;
      let hasWaited = false;
      while (isInProgress(entry)) {
        hasWaited = true;
        await wait(entry, signal?.());
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
