import type { Environment } from "../environment.js";
import type { SafelightError } from "./safelight-error.js";

/** Knows whether a stream is worth a try, from how the ones before went. */
export interface StreamGate {
  readonly isOpen: boolean;
  /**
   * Takes note of how a stream ended. Closes for a while after an answer that is no stream, and after two in a row that
   * were over at once: something on the way lets none pass.
   *
   * @returns whether it is closed.
   */
  note(end: StreamEnd): boolean;
}

/** How a stream ended. */
export interface StreamEnd {
  /** Whether it told anything. */
  readonly hasBegun: boolean;
  /** From the question on. */
  readonly lastedMs: number;
  readonly error: SafelightError;
}

/** What is over sooner was not let pass. */
const shortestStreamMs = 5_000;
/** How long it takes until a stream is tried again. A quarter more or less. */
const closedMs = 300_000;

/** Makes the gate of one client. */
export function createStreamGate(environment: Environment): StreamGate {
  let opensAt = 0;
  let shortInRow = 0;
  return {
    get isOpen() {
      // A stream of a hidden page or an offline device would be let go of.
      return environment.now() >= opensAt && environment.isOnline() && !environment.isHidden();
    },
    note({ hasBegun, lastedMs, error }) {
      const { now, random, isOnline, isHidden } = environment;
      const isShort = !hasBegun || lastedMs < shortestStreamMs;
      // What this page let go of by itself says nothing of the way.
      const wasLetGo = !isOnline() || isHidden();
      // A server that cannot be reached, or that a proxy cannot reach, says little: it may only be starting again.
      const weight = hasBegun || error.code === "timeout" ? 1 : 0.5;
      shortInRow = isShort && !wasLetGo ? shortInRow + weight : 0;
      if (error.retryAfterMs !== null) opensAt = now() + error.retryAfterMs;
      else if (error.status !== null && error.status < 500) shortInRow = 2;
      if (shortInRow >= 2) opensAt = Math.max(opensAt, now() + closedMs * (0.75 + random() / 2));
      return now() < opensAt;
    },
  };
}
