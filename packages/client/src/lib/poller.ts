import { backoffMs } from "./backoff.js";
import type { ConnectionState } from "./client.js";
import { longestWaitSeconds } from "./contract/wire.js";
import { pause } from "./pause.js";
import { SafelightError } from "./safelight-error.js";
import type { Question, Transport } from "./transport.js";

/** Asks one question again and again, through whatever passes. */
export interface Poller {
  /** How changes reach the page, as far as the requests so far tell. */
  readonly connection: ConnectionState;
  /** How long the server may hold the next request; 0 asks for an answer at once. */
  readonly waitSeconds: number;
  /** `null` when it failed in a way that may pass. @throws what ends the loop: a definite refusal, or an abort. */
  ask<Body>(request: Question<Body>): Promise<PolledAnswer<Body> | null>;
  /** After a failure: waits until it is worth another try. */
  backOff(): Promise<void>;
  /** After an answer: waits where asking again at once would be too much. */
  rest(answer: AnsweredQuestion): Promise<void>;
}

/** An answer; `body` is `null` when it says that nothing changed. */
export interface PolledAnswer<Body> {
  readonly headers: Headers;
  readonly body: Body | null;
}

/** What an answer says about when to ask again. */
export interface AnsweredQuestion {
  readonly hasNews: boolean;
  /** Whether the question can be held at all. */
  readonly canBeHeld: boolean;
  /** The server's pace for those whose questions are not held; 0 when it is not known. */
  readonly pollAfterMs: number;
}

/** So long without a failure, and the next one counts as the first. */
const healthyMs = 30_000;
/** An answer that brings nothing new within this time was not held. */
const shortestHoldMs = 5_000;
const hiddenPollMs = 30_000;
const shortestPollMs = 500;
/** Where the server's pace is not known, and after a single answer that should have been held. */
const usualPollMs = 2_000;

/** Makes the poller of one loop, which ends with the signal. */
export function createPoller({ environment, send }: Transport, signal: AbortSignal): Poller {
  // Failures for the backoff go back to 0 after a healthy stretch, failures in a row after each answer.
  let failures = 0;
  let failuresInRow = 0;
  let healthySince: number | null = null;
  let retryAfterMs: number | null = null;
  // Requests in a row that were to be held and were not, be it a server that answers at once or a proxy that cuts.
  let unheld = 0;
  let isToBeHeld = false;
  let askedAt = 0;

  const isOnline = () => environment.isOnline();
  const isShown = () => !environment.isHidden();
  const restFor = (ms: number, until: () => boolean) =>
    // A quarter more or less, so that pages that were opened together do not ask together.
    pause(environment, { ms: ms * (0.75 + environment.random() / 2), until, signal });
  const fail = (error: SafelightError | null) => {
    if (healthySince !== null && environment.now() - healthySince >= healthyMs) failures = 0;
    healthySince = null;
    failuresInRow += 1;
    retryAfterMs = error?.retryAfterMs ?? null;
    if (isToBeHeld) unheld += 1;
    // The way to the server may be another one when it is back.
    if (!isOnline() || failuresInRow > 1) unheld = 0;
    return null;
  };

  return {
    get connection() {
      // A single failure is a cut: the server let go of the request, or a proxy did.
      if (!isOnline() || failuresInRow > 1) return "offline";
      if (!isShown()) return "paused";
      return unheld > 1 ? "polling" : "live";
    },
    get waitSeconds() {
      // After a failure and a hidden page, an answer at once tells that the connection is back.
      return failuresInRow === 0 && unheld < 2 && isShown() ? longestWaitSeconds : 0;
    },
    async ask(question) {
      const { waitSeconds = 0 } = question;
      isToBeHeld = waitSeconds > 0;
      askedAt = environment.now();
      if (!isOnline()) return fail(null);
      try {
        const { status, headers, body } = await send({ ...question, repeats: 0, signal });
        failuresInRow = 0;
        healthySince ??= environment.now();
        return { headers, body: status === question.bodyless ? null : body };
      } catch (error) {
        if (!(error instanceof SafelightError) || isDefinite(error)) throw error;
        return fail(error);
      }
    },
    backOff() {
      if (!isOnline()) return pause(environment, { ms: Infinity, until: isOnline, signal });
      const ms = backoffMs(environment, failures);
      failures += 1;
      // What the server asks for is kept to. Otherwise somebody who comes back need not wait.
      const until = retryAfterMs === null ? () => isOnline() && isShown() : undefined;
      return pause(environment, { ms: ms + (retryAfterMs ?? 0), until, signal });
    },
    async rest({ hasNews, canBeHeld, pollAfterMs }) {
      if (!isShown()) {
        // As after a cut: the next answer is not to be held.
        failuresInRow = 1;
        return restFor(hiddenPollMs, isShown);
      }
      if (isToBeHeld) unheld = hasNews || environment.now() - askedAt >= shortestHoldMs ? 0 : unheld + 1;
      const paceMs = Math.max(shortestPollMs, pollAfterMs || usualPollMs);
      if (!canBeHeld || unheld > 1) return restFor(paceMs, () => !isOnline());
      if (isToBeHeld && unheld > 0) return restFor(Math.min(paceMs, usualPollMs), () => !isOnline());
    },
  };
}

/** Whether asking again would bring the same. An answer that is not the server's own may pass. */
function isDefinite({ code, status, retryable }: SafelightError): boolean {
  return status !== null && status >= 400 && status < 500 && !retryable && code !== "invalid_response";
}
