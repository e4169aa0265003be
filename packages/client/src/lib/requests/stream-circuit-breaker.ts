import type { Environment } from "../environment.js";
import type { SafelightError } from "./safelight-error.js";

/** Decides from the ends of earlier streams whether to open another one. */
export interface StreamCircuitBreaker {
  readonly allowsStream: boolean;
  /**
   * Records the end of a stream. Opens the circuit for five minutes after a response below 500 that is not a stream, and
   * after short streams in a row whose weights add up to 2: something on the way blocks them. A short stream weighs 1 if it
   * emitted an event or timed out. Other failures weigh 0.5, since the server may be restarting. A longer stream, or one
   * that the page closed, resets the sum. A `Retry-After` opens the circuit for its delay.
   *
   * @returns whether streams are blocked now.
   */
  recordEnd(end: StreamEnd): boolean;
}

/** How a stream ended. */
export interface StreamEnd {
  /** Whether the stream emitted an event. */
  readonly hasBegun: boolean;
  /** Milliseconds since the request. */
  readonly lastedMs: number;
  readonly error: SafelightError;
}

/** A shorter stream counts as blocked. */
const minStreamMs = 5_000;
/** How long streams stay blocked, plus or minus a quarter. */
const blockedMs = 300_000;

/** Creates the circuit breaker of one client. */
export function createStreamCircuitBreaker(environment: Environment): StreamCircuitBreaker {
  let blockedUntil = 0;
  let shortInRow = 0;
  return {
    get allowsStream() {
      // A hidden page or an offline device would close the stream at once.
      return environment.now() >= blockedUntil && environment.isOnline() && !environment.isHidden();
    },
    recordEnd({ hasBegun, lastedMs, error }) {
      const { now, random, isOnline, isHidden } = environment;
      const isShort = !hasBegun || lastedMs < minStreamMs;
      // The page itself closed the stream, so its duration proves nothing about the network.
      const wasAbortedByPage = !isOnline() || isHidden();
      const weight = hasBegun || error.code === "timeout" ? 1 : 0.5;
      shortInRow = isShort && !wasAbortedByPage ? shortInRow + weight : 0;
      if (error.retryAfterMs !== null) blockedUntil = now() + error.retryAfterMs;
      else if (error.status !== null && error.status < 500) shortInRow = 2;
      if (shortInRow >= 2) {
        shortInRow = 0;
        blockedUntil = Math.max(blockedUntil, now() + blockedMs * (0.75 + random() / 2));
      }
      return now() < blockedUntil;
    },
  };
}
