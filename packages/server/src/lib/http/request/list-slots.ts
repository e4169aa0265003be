import type { Context } from "hono";
import type { Clock } from "../../ports/clock.js";
import { isOnWorkers } from "../../process/is-on-workers.js";
import { ServiceError } from "../../service/errors/service-error.js";
import type { InSlot } from "../../service/read/read-changes.js";
import type { RouterEnv } from "./router-context.js";

/** Max lists that one process reads at once. A list has up to 3 MiB: its changes, active and unseen generations. */
const maxLists = 64;
const maxListsPerOwner = 8;
/** Max time that a request waits for a slot, in milliseconds. */
const maxWaitMs = 10_000;
/** `Retry-After` of a refused list. */
const retryAfterMs = 5_000;

/** The reads of lists in progress on one process. */
export interface ListSlots {
  /**
   * The slot of one request. Its read waits for a free slot, in the order of arrival, and throws a `ServiceError` with the
   * code `unavailable` after 10 seconds, or when the client disconnects.
   */
  of(c: Context<RouterEnv>): InSlot;
  /** The slots of one stream, which waits and throws in the same way. Keeps no request in memory. */
  ofStream(stream: { readonly ownerId: string; readonly signal: AbortSignal }): InSlot;
}

interface Waiter {
  readonly ownerId: string;
  readonly grant: (release: () => void) => void;
}

/** Limits the memory of lists being read, per process and per owner. A slot never waits for a client. */
export function createListSlots({ clock }: { readonly clock: Pick<Clock, "setTimer"> }): ListSlots {
  const owners = new Map<string, number>();
  // In the order of arrival.
  const waiting = new Set<Waiter>();
  let taken = 0;

  const isFree = (ownerId: string): boolean => taken < maxLists && (owners.get(ownerId) ?? 0) < maxListsPerOwner;

  const add = (ownerId: string, lists: 1 | -1): void => {
    taken += lists;
    const own = (owners.get(ownerId) ?? 0) + lists;
    if (own === 0) owners.delete(ownerId);
    else owners.set(ownerId, own);
  };

  const take = (ownerId: string): (() => void) => {
    add(ownerId, 1);
    return () => {
      add(ownerId, -1);
      grantNext();
    };
  };

  const grantNext = (): void => {
    for (const waiter of waiting) {
      if (taken >= maxLists) return;
      if (!isFree(waiter.ownerId)) continue;
      waiter.grant(take(waiter.ownerId));
    }
  };

  const awaitSlot = (ownerId: string, signal: AbortSignal): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        waiting.delete(waiter);
        cancelTimer();
        signal.removeEventListener("abort", refuse);
      };
      const refuse = (): void => {
        stop();
        const message = "The server has too many lists in progress: send the same request again.";
        reject(new ServiceError("unavailable", message, { retryAfterMs }));
      };
      const waiter: Waiter = {
        ownerId,
        grant: (release) => {
          stop();
          resolve(release);
        },
      };
      const cancelTimer = clock.setTimer(maxWaitMs, refuse);
      waiting.add(waiter);
      signal.addEventListener("abort", refuse);
      if (signal.aborted) refuse();
    });

  const run = async <Result>(
    read: () => Promise<Result>,
    { ownerId, signal }: { readonly ownerId: string; readonly signal: () => AbortSignal },
  ): Promise<Result> => {
    // A request of Cloudflare Workers cannot await another one, and may end without running its `finally`.
    if (isOnWorkers(globalThis)) return read();
    const release = isFree(ownerId) ? take(ownerId) : await awaitSlot(ownerId, signal());
    try {
      return await read();
    } finally {
      release();
    }
  };

  return {
    of: (c) => (read) => run(read, { ownerId: c.var.caller.ownerId, signal: () => c.req.raw.signal }),
    ofStream:
      ({ ownerId, signal }) =>
      (read) =>
        run(read, { ownerId, signal: () => signal }),
  };
}
