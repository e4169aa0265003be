import type { ConnectionState } from "../client.js";
import { maxWaitSeconds } from "../contract/wire.js";
import { backoffMs } from "../requests/backoff.js";
import { pause } from "../requests/pause.js";
import { isClientError, SafelightError } from "../requests/safelight-error.js";
import type { RequestWithResult, Transport } from "../requests/transport.js";

/** Asks one question again and again, through whatever passes. */
export interface Poller {
  /** How changes reach the page, as far as the answers so far tell. */
  readonly connection: ConnectionState;
  /** How long the server may hold the next question; 0 asks for an answer at once. */
  readonly waitSeconds: number;
  /** `null` when it failed in a way that may pass. @throws what ends the loop: a definite refusal, or an abort. */
  ask<Body>(question: RequestWithResult<Body>): Promise<PolledAnswer<Body> | null>;
  /** Takes note of what an answer brought: one that brings nothing, and at once, was not held. */
  note(hasNews: boolean): void;
  /** Takes note that a stream is asked for, which may be held as a question may. */
  begin(): void;
  /** Takes note that the stream began: changes come as they happen. */
  opened(): void;
  /** Takes note that the stream broke off in a way that may pass, before or after it told anything. */
  broke(end: { readonly error: SafelightError; readonly hasBegun: boolean }): void;
  /**
   * Waits until it is worth to ask again: hardly at all where questions are held.
   *
   * @param pollAfterMs the server's pace for those whose questions are not held; 0 when it is not known.
   */
  rest(pollAfterMs: number): Promise<void>;
}

/** An answer; `body` is `null` when it says that nothing changed. */
export interface PolledAnswer<Body> {
  readonly body: Body | null;
}

/** So long without a failure, and the next one counts as the first. */
const healthyMs = 30_000;
/** An answer that brings nothing new within this time was not held. */
const shortestHoldMs = 5_000;
/** Not even a server that has news at every question is asked more often. */
const shortestAskMs = 250;
const hiddenPollMs = 30_000;
const shortestPollMs = 500;
const usualPollMs = 2_000;

/** Makes the poller of one loop, which ends with the signal. */
export function createPoller({ environment, send }: Transport, signal: AbortSignal): Poller {
  // Failures for the backoff go back to 0 after a healthy stretch, failures in a row after each answer.
  let failures = 0;
  let failuresInRow = 0;
  let healthySince: number | null = null;
  let retryAfterMs: number | null = null;
  // After a failure and a hidden page, an answer at once tells that the connection is back.
  let isDoubtful = false;
  let isHeld = true;
  // What was held for a while and then cut, by a proxy or by the device itself, is no trouble to back away from.
  let isCut = false;
  // Of questions that may be held, how many failed at once since one did not.
  let failuresHeld = 0;
  let mayBeHeld = false;
  let askedAt = 0;

  const isOnline = () => environment.isOnline();
  const isShown = () => !environment.isHidden();
  // A quarter more or less, so that pages that were opened together do not ask together.
  const spread = (ms: number) => ms * (0.75 + environment.random() / 2);
  const fail = (error: SafelightError) => {
    if (healthySince !== null && environment.now() - healthySince >= healthyMs) failures = 0;
    failuresInRow += 1;
    isCut = mayBeHeld && (!isShown() || !isOnline() || environment.now() - askedAt >= shortestHoldMs);
    if (!isCut) healthySince = null;
    if (mayBeHeld) failuresHeld = isCut ? 0 : failuresHeld + 1;
    // Others are answered in between, or this would not be asked: something cuts those that are held.
    if (failuresHeld > 1) isHeld = false;
    retryAfterMs = error.retryAfterMs;
    isDoubtful = true;
    return null;
  };
  const answered = () => {
    failuresInRow = 0;
    isDoubtful = false;
    healthySince ??= environment.now();
    if (mayBeHeld) failuresHeld = 0;
  };

  return {
    get connection() {
      // A single failure may be a cut: the server let go of the question, or a proxy did. Where others came shortly before, and
      // this is none, the next question may be far. A device may be wrong about itself.
      if (failuresInRow > (isOnline() && (isCut || failures < 2) ? 1 : 0)) return "offline";
      if (!isShown()) return "paused";
      return isHeld ? "live" : "polling";
    },
    get waitSeconds() {
      return isDoubtful || !isShown() ? 0 : maxWaitSeconds;
    },
    async ask(question) {
      mayBeHeld = !!question.waitSeconds;
      askedAt = environment.now();
      try {
        const answer = await send({ ...question, maxRetries: 0, signal });
        answered();
        // Where questions are not held, they have a pace already.
        if (!isHeld) failures = 0;
        return answer;
      } catch (error) {
        if (!(error instanceof SafelightError) || isDefinite(error)) throw error;
        return fail(error);
      }
    },
    begin() {
      mayBeHeld = true;
      askedAt = environment.now();
    },
    opened() {
      answered();
      isHeld = true;
    },
    broke({ error, hasBegun }) {
      // That a stream is cut says nothing of questions that are held.
      failuresHeld = 0;
      fail(error);
      failuresHeld = 0;
      // What had begun is gone on from at once, without asking first whether anybody is there.
      isDoubtful = !hasBegun || !isOnline() || !isShown();
    },
    note(hasNews) {
      if (mayBeHeld) isHeld = hasNews || environment.now() - askedAt >= shortestHoldMs;
    },
    async rest(pollAfterMs) {
      if (failuresInRow > 0) {
        const backoff = isOnline() ? backoffMs(environment, isCut ? 0 : failures) : spread(hiddenPollMs);
        const ms = backoff + (retryAfterMs ?? 0);
        if (!isCut) failures += 1;
        // What the server asks for is kept to. Otherwise somebody who comes back need not wait.
        const until = () => retryAfterMs === null && isOnline() && isShown();
        return pause(environment, { ms, until, signal });
      }
      if (!isShown()) {
        isDoubtful = true;
        return pause(environment, { ms: spread(hiddenPollMs), until: isShown, signal });
      }
      if (!mayBeHeld && isHeld) return;
      const ms = isHeld
        ? // A clock may have been set back.
          shortestAskMs - Math.abs(environment.now() - askedAt)
        : spread(Math.max(shortestPollMs, pollAfterMs || usualPollMs));
      if (ms <= 0) return;
      return pause(environment, { ms, until: () => !isOnline(), signal });
    },
  };
}

/** Whether asking again would bring the same. An answer that is not the server's own may pass. */
function isDefinite(error: SafelightError): boolean {
  return isClientError(error) && !error.retryable && error.code !== "invalid_response";
}
