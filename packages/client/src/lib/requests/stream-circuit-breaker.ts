import type { Environment } from "../environment.js";
import type { SafelightError } from "./safelight-error.js";

/** Decides from the ends of earlier streams whether to open another one. */
export interface StreamGate {
  readonly isOpen: boolean;
  /**
   * Records the end of a stream. Opens the circuit for a while after a response that is not a stream, and after two
   * short streams in a row: something on the way blocks them.
   *
   * @returns whether streams are blocked now.
   */
  note(end: StreamEnd): boolean;
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
const shortestStreamMs = 5_000;
/** How long streams stay blocked, plus or minus a quarter. */
const closedMs = 300_000;

/** Creates the circuit breaker of one client. */
export function createStreamGate(environment: Environment): StreamGate {
  let opensAt = 0;
  let shortInRow = 0;
  return {
    get isOpen() {
      // A hidden page or an offline device would close the stream at once.
      return environment.now() >= opensAt && environment.isOnline() && !environment.isHidden();
    },
    note({ hasBegun, lastedMs, error }) {
      const { now, random, isOnline, isHidden } = environment;
      const isShort = !hasBegun || lastedMs < shortestStreamMs;
      // The page itself closed the stream, so its duration proves nothing about the network.
      const wasLetGo = !isOnline() || isHidden();
      // An unreachable server, also behind a proxy, counts half: it may be restarting.
      const weight = hasBegun || error.code === "timeout" ? 1 : 0.5;
      shortInRow = isShort && !wasLetGo ? shortInRow + weight : 0;
      if (error.retryAfterMs !== null) opensAt = now() + error.retryAfterMs;
      else if (error.status !== null && error.status < 500) shortInRow = 2;
      if (shortInRow >= 2) opensAt = Math.max(opensAt, now() + closedMs * (0.75 + random() / 2));
      return now() < opensAt;
    },
  };
}
