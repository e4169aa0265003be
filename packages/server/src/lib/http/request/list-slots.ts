import type { Context } from "hono";
import type { Clock } from "../../ports/clock.js";
import { isOnWorkers } from "../../process/is-on-workers.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { isNode } from "./is-node.js";
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

/** Runs a read in a slot. A `null` result releases the slot at once. */
export type InListSlot = <Result>(read: () => Promise<Result>) => Promise<Result>;

/** The lists in progress on one process: those being read and, on Node, those whose client has not read the response. */
export interface ListSlots {
  /**
   * The slot of one request. Its read waits for a free slot, in the order of arrival, and throws a `ServiceError` with the
   * code `unavailable` after 10 seconds.
   */
  of(c: Context<RouterEnv>): InListSlot;
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
      waiting.delete(waiter);
      waiter.grant(take(waiter.ownerId));
    }
  };

  const awaitSlot = (ownerId: string): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const cancelTimer = clock.setTimer(maxWaitMs, () => {
        waiting.delete(waiter);
        const message = "The server has too many lists in progress: send the same request again.";
        reject(new ServiceError("unavailable", message, { retryAfterMs }));
      });
      const waiter: Waiter = {
        ownerId,
        grant: (release) => {
          cancelTimer();
          resolve(release);
        },
      };
      waiting.add(waiter);
    });

  return {
    of: (c) => async (read) => {
      // A request of Cloudflare Workers cannot await another one, and may end without running its `finally`.
      if (isOnWorkers(globalThis)) return read();
      const { ownerId } = c.var.caller;
      const release = isFree(ownerId) ? take(ownerId) : await awaitSlot(ownerId);
      let result: Awaited<ReturnType<typeof read>> | null = null;
      try {
        result = await read();
        return result;
      } finally {
        if (result === null || !untilSent) release();
        else releaseWhenSent(c.env.outgoing, { clock, release });
      }
    },
  };
}

/** Releases the slot at once if there is no response of Node. */
function releaseWhenSent(
  outgoing: object | undefined,
  { clock, release }: { readonly clock: Pick<Clock, "setTimer">; readonly release: () => void },
): void {
  if (!isNode() || !isNodeResponse(outgoing) || outgoing.destroyed) {
    release();
    return;
  }
  const cancelTimer = clock.setTimer(maxSendMs, () => outgoing.destroy());
  outgoing.once("close", () => {
    cancelTimer();
    release();
  });
}

/** The used part of a response of Node. It emits `close` once it was handed to the system, or its connection has ended. */
interface NodeResponse {
  readonly destroyed: boolean;
  destroy(): unknown;
  once(event: "close", listener: () => void): unknown;
}

function isNodeResponse(value: object | undefined): value is NodeResponse {
  return value !== undefined && ["once", "destroy"].every((name) => typeof Reflect.get(value, name) === "function");
}
