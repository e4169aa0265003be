import { follow, reasonOf } from "./abort.js";
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
/** How soon to ask again after a single answer that should have been held. */
const unheldPollMs = 2_000;
const shortestPollMs = 500;
/** How long to leave it at polling where requests cannot be held: networks change, proxies are configured. */
const pollingMs = 300_000;

/** Makes the poller of one loop, which ends with the signal. */
export function createPoller({ environment, send }: Transport, signal: AbortSignal): Poller {
  // Failures for the backoff go back to 0 after a healthy stretch, failures in a row after each answer.
  let failures = 0;
  let failuresInRow = 0;
  let healthySince: number | null = null;
  let retryAfterMs: number | null = null;
  // The first answer after a failure or a hidden page is not held: it tells that the connection is back.
  let isDoubtful = false;
  // Requests in a row that were to be held and were not, be it a server that answers at once or a proxy that cuts.
  let unheld = 0;
  let unheldAt = 0;
  let wasToBeHeld = false;
  let askedAt = 0;

  const isOnline = () => environment.isOnline();
  const canHold = () => unheld < 2;
  const noteUnheld = () => {
    unheld += 1;
    unheldAt = environment.now();
  };
  const fail = (error: unknown) => {
    if (healthySince !== null && environment.now() - healthySince >= healthyMs) failures = 0;
    healthySince = null;
    failuresInRow += 1;
    isDoubtful = true;
    retryAfterMs = error instanceof SafelightError ? error.retryAfterMs : null;
    if (wasToBeHeld && isOnline()) noteUnheld();
    return null;
  };

  return {
    get connection() {
      // One failure is no more than a cut: the server let go, or a proxy did.
      if (!isOnline() || failuresInRow > 1) return "offline";
      if (environment.isHidden()) return "paused";
      return canHold() ? "live" : "polling";
    },
    get waitSeconds() {
      if (!canHold() && environment.now() - unheldAt > pollingMs) unheld = 0;
      return isDoubtful || environment.isHidden() || !canHold() ? 0 : longestWaitSeconds;
    },
    async ask(request) {
      wasToBeHeld = (request.waitSeconds ?? 0) > 0;
      askedAt = environment.now();
      if (!isOnline()) return fail(null);
      const controller = new AbortController();
      const unfollow = follow(signal, controller);
      // A held request would not notice for as long as it is held.
      const unsubscribe = environment.onChange(() => {
        if (!isOnline()) controller.abort();
      });
      try {
        const answer = await send({ ...request, repeats: 0, signal: controller.signal });
        healthySince ??= environment.now();
        failuresInRow = 0;
        isDoubtful = false;
        return { headers: answer.headers, body: answer.status === request.bodyless ? null : answer.body };
      } catch (error) {
        if (signal.aborted) throw reasonOf(signal);
        if (error instanceof SafelightError && isDefinite(error)) throw error;
        return fail(error);
      } finally {
        unsubscribe();
        unfollow();
      }
    },
    backOff() {
      if (!isOnline()) return pause(environment, { ms: Infinity, until: isOnline, signal });
      const ms = backoffMs(environment, failures);
      failures += 1;
      // What the server asks for is kept to. Otherwise somebody who comes back need not wait.
      const until = retryAfterMs === null ? () => isOnline() && !environment.isHidden() : undefined;
      return pause(environment, { ms: ms + (retryAfterMs ?? 0), until, signal });
    },
    async rest({ hasNews, canBeHeld, pollAfterMs }) {
      // A quarter more or less, so that pages that were opened together do not ask together.
      const restFor = (ms: number, until?: () => boolean) =>
        pause(environment, { ms: ms * (0.75 + environment.random() / 2), until, signal });
      if (environment.isHidden()) {
        isDoubtful = true;
        return restFor(hiddenPollMs, () => !environment.isHidden());
      }
      if (wasToBeHeld) {
        if (hasNews || environment.now() - askedAt >= shortestHoldMs) unheld = 0;
        else noteUnheld();
        if (unheld === 1) return restFor(unheldPollMs);
      }
      if (!canBeHeld || !canHold()) return restFor(Math.max(shortestPollMs, pollAfterMs || unheldPollMs));
    },
  };
}

/** Whether asking again would bring the same. An answer that is not the server's own may pass. */
function isDefinite({ code, status, retryable }: SafelightError): boolean {
  return status !== null && status >= 400 && status < 500 && !retryable && code !== "invalid_response";
}
