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
/** How long a method stays blocked, plus or minus a quarter. */
const blockedMs = 300_000;
/** Min time that a method stays blocked, also after `Retry-After: 0`. */
const minBlockedMs = 1_000;

/** Creates the choice of one client: a stream first, or long polls if `canStream` is `false`. */
export function createMethodChoice(environment: Environment, { canStream }: { readonly canStream: boolean }) {
  const { ticks } = environment;
  const blockedUntil = { stream: canStream ? 0 : Infinity, longPoll: 0 };
  let shortInRow = 0;
  /** The method that `shortInRow` counts. */
  let counted: Method = "poll";
  return {
    /** The best method that is not known to be blocked. */
    get best(): Method {
      return (["stream", "longPoll"] as const).find((method) => ticks() >= blockedUntil[method]) ?? "poll";
    },
    /**
     * Records a failure. Blocks streams for five minutes after a response that is not a stream, and after short streams in
     * a row whose weights add up to 2; blocks long polls after two short ones in a row. A short stream weighs 1 if it
     * delivered a frame or timed out. Other failures weigh 0.5, since the server may be restarting. `Retry-After` blocks
     * a method for its delay, at most five minutes.
     *
     * @returns whether this blocked the method: the next one should be tried at once.
     */
    recordFailure({ method, hasBegun, lastedMs, isClosedByPage, error }: FailedAttempt): boolean {
      const { status, retryAfterMs, code } = error;
      if (method === "poll") return false;
      const isShort = !isClosedByPage && (lastedMs < minHoldMs || (method === "stream" && !hasBegun));
      const weight = method === "longPoll" || hasBegun || code === "timeout" ? 1 : 0.5;
      shortInRow = isShort ? weight + (method === counted ? shortInRow : 0) : 0;
      counted = method;
      const isRefused = method === "stream" && (retryAfterMs !== null || (status !== null && status < 500));
      if (!isRefused && shortInRow < 2) return false;
      // Cap `Retry-After`: a proxy's maintenance response may request an hour.
      const forMs = retryAfterMs === null ? jitter(environment, blockedMs) : Math.min(retryAfterMs, blockedMs);
      blockedUntil[method] = ticks() + Math.max(forMs, minBlockedMs);
      shortInRow = 0;
      return true;
    },
    /** Records that the method passed. */
    recordSuccess(method: Method): void {
      if (method === counted) shortInRow = 0;
    },
  };
}

/** A delay, a quarter more or less: pages that were opened together do not poll together. */
export function jitter({ random }: Environment, ms: number): number {
  return ms * (0.75 + random() / 2);
}
