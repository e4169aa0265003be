import type { Environment } from "../environment.js";
import type { SafelightError } from "../requests/safelight-error.js";

/** How to read the server: a stream, requests that it holds, or plain requests. */
export type Method = "stream" | "longPoll" | "poll";

/** A failed attempt to read the server. */
export interface FailedAttempt {
  readonly method: Method;
  /** Whether a stream delivered a frame. */
  readonly hasBegun: boolean;
  readonly lastedMs: number;
  /** Whether the page itself closed the request, since it is hidden or offline. */
  readonly isClosedByPage: boolean;
  readonly error: SafelightError;
}

/** Remembers which methods pass the proxies on the way. Shared by all calls of a client. */
export type MethodChoice = ReturnType<typeof createMethodChoice>;

/** An attempt that ends sooner was blocked, or not held. */
export const minHoldMs = 5_000;
/** How long streams stay blocked, plus or minus a quarter. */
const blockedMs = 300_000;
/** Min time that streams stay blocked, also after `Retry-After: 0`. */
const minBlockedMs = 1_000;

/** Creates the choice of one client: a stream first, or long polls if `canStream` is `false`. */
export function createMethodChoice(environment: Environment, { canStream }: { readonly canStream: boolean }) {
  const { ticks } = environment;
  const first: Method = canStream ? "stream" : "longPoll";
  let best: Method = first;
  let blockedUntil = 0;
  let shortInRow = 0;
  const use = (next: Method) => {
    best = next;
    shortInRow = 0;
  };
  return {
    /** The best method that is not known to be blocked. */
    get best(): Method {
      if (best !== first && ticks() >= blockedUntil) use(first);
      return best;
    },
    /**
     * Records a failure, and chooses the next method if it blocks this one:
     *
     * - A refusal of a stream, with a status below 500 or with `Retry-After`, blocks streams for five minutes; with `Retry-After`,
     *   for its delay, from one second to five minutes.
     * - Short streams in a row whose weights add up to 2 block streams for five minutes. A short stream weighs 1 if it delivered a
     *   frame or timed out, and otherwise 0.5, since the server may be restarting.
     * - Two short long polls in a row block long polls for five minutes.
     * - Plain requests are never blocked.
     *
     * @returns whether it blocked the method: the next one should be tried at once.
     */
    recordFailure({ method, hasBegun, lastedMs, isClosedByPage, error }: FailedAttempt): boolean {
      const { status, retryAfterMs, code } = error;
      if (method === "poll") return false;
      const isShort = !isClosedByPage && (lastedMs < minHoldMs || (method === "stream" && !hasBegun));
      const weight = method === "longPoll" || hasBegun || code === "timeout" ? 1 : 0.5;
      shortInRow = isShort ? shortInRow + weight : 0;
      const isRefused = method === "stream" && (retryAfterMs !== null || (status !== null && status < 500));
      if (!isRefused && shortInRow < 2) return false;
      // A longer `Retry-After` comes from a proxy's maintenance page.
      const forMs = retryAfterMs === null ? jitter(environment, blockedMs) : Math.min(retryAfterMs, blockedMs);
      blockedUntil = ticks() + Math.max(forMs, minBlockedMs);
      use(method === "stream" ? "longPoll" : "poll");
      return true;
    },
    /** Records that the method passed. */
    recordSuccess(method: Method): void {
      if (method === best) shortInRow = 0;
    },
  };
}

/** A delay, a quarter more or less: pages that were opened together do not poll together. */
export function jitter({ random }: Environment, ms: number): number {
  return ms * (0.75 + random() / 2);
}
