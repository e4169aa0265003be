import type { Context } from "hono";
import type { Clock } from "../../ports/clock.js";
import { isOnWorkers } from "../../process/is-on-workers.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { imitatesNode } from "./imitates-node.js";
import { isDestroyed, isNodeResponse } from "./node-response.js";
import type { RouterEnv } from "./router-context.js";

/** Max lists in progress on one process. A list has up to 3 MiB: its changes, active and unseen generations. */
const maxLists = 64;
const maxListsPerOwner = 8;
/** Max time that a request waits for a slot, in milliseconds. */
const maxWaitMs = 10_000;
/** `Retry-After` of a refused list. */
const retryAfterMs = 5_000;
/** Max time from the result until the response is sent, in milliseconds: 26 KiB/s for the largest list. */
const maxSendMs = 120_000;

/** Runs a read in a slot. A result that is no list, such as `null`, releases the slot at once. */
export type InListSlot = <Result>(read: () => Promise<Result>) => Promise<Result>;

/** As `InListSlot`, but a list holds the slot until `consumed` resolves. */
export type InStreamSlot = <Result>(read: () => Promise<Result>, consumed: Promise<void>) => Promise<Result>;

/**
 * The lists in progress on one process: those being read and, in streams and on Node, those that the client has not read.
 */
export interface ListSlots {
  /**
   * The slot of one request. Its read waits for a free slot, in the order of arrival, and throws a `ServiceError` with the
   * code `unavailable` after 10 seconds, or when the client disconnects.
   */
  of(c: Context<RouterEnv>): InListSlot;
  /** The slots of one stream, which waits and throws in the same way. Keeps no request in memory. */
  ofStream(stream: { readonly ownerId: string; readonly signal: AbortSignal }): InStreamSlot;
}

interface Waiter {
  readonly ownerId: string;
  readonly grant: (release: () => void) => void;
}

/**
 * Limits the memory of lists in progress, per process and per owner.
 *
 * @param options.untilSent whether a slot of Node is held until the response is sent. Not in request mode: there a response
 *   waits for a step of the worker, which can take minutes.
 */
export function createListSlots({
  clock,
  untilSent,
}: {
  readonly clock: Pick<Clock, "setTimer">;
  readonly untilSent: boolean;
}): ListSlots {
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
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
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
    request: {
      readonly ownerId: string;
      readonly signal: () => AbortSignal;
      readonly hold: (release: () => void) => void;
    },
  ): Promise<Result> => {
    // A request of Cloudflare Workers cannot await another one, and may end without running its `finally`.
    if (isOnWorkers(globalThis)) return read();
    const { hold, ownerId, signal } = request;
    const release = isFree(ownerId) ? take(ownerId) : await awaitSlot(ownerId, signal());
    let isList = false;
    try {
      const result = await read();
      isList = typeof result === "object" && result !== null;
      return result;
    } finally {
      if (isList) hold(release);
      else release();
    }
  };

  return {
    of: (c) => (read) =>
      run(read, {
        ownerId: c.var.caller.ownerId,
        signal: () => c.req.raw.signal,
        hold: (release) => (untilSent ? releaseWhenSent(c.env.outgoing, { clock, release }) : release()),
      }),

    ofStream:
      ({ ownerId, signal }) =>
      (read, consumed) =>
        run(read, { ownerId, signal: () => signal, hold: (release) => void consumed.then(release) }),
  };
}

/** Releases the slot at once if there is no response of Node, or if it has ended. */
function releaseWhenSent(
  outgoing: object | undefined,
  { clock, release }: { readonly clock: Pick<Clock, "setTimer">; readonly release: () => void },
): void {
  if (imitatesNode() || !isNodeResponse(outgoing) || isDestroyed(outgoing)) {
    release();
    return;
  }
  const cancelTimer = clock.setTimer(maxSendMs, () => {
    release();
    outgoing.destroy();
  });
  outgoing.once("close", () => {
    cancelTimer();
    release();
  });
}
