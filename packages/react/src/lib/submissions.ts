import type { SafelightError } from "@safelight/client";
import type { Generation, JsonObject } from "@safelight/client/contract";
import { hashKey } from "@tanstack/react-query";
import type { Live } from "./live.js";
import { createPendingSubmissions, type PendingSubmission, type SubmissionRequest } from "./pending-submissions.js";

/** One user action on its way, and what became of it. */
export interface Flight extends PendingSubmission {
  /** Settles at acceptance or refusal. */
  readonly promise: Promise<Generation>;
  /** What was accepted; `null` before, and when it was refused. */
  generation: Generation | null;
  error: SafelightError | null;
}

/** Sends user actions, each under one idempotency key that is written down before it is sent. */
export interface Submissions {
  /** Sends an action, or joins the same one when it is on its way or was accepted less than `windowMs` ago. */
  send(request: SubmissionRequest, windowMs: number): Flight;
  /**
   * What was submitted for a place and is not known to be accepted or refused, oldest first: on its way from this page,
   * or written down before a reload and sent again now that it is known who is signed in.
   */
  resume(place: Pick<SubmissionRequest, "model" | "scope">): readonly Flight[];
}

const submissionsByLive = new WeakMap<Live, Submissions>();

/** The submissions of a connection, shared by all hooks. */
export function submissionsOf(live: Live): Submissions {
  const submissions = submissionsByLive.get(live) ?? createSubmissions(live);
  submissionsByLive.set(live, submissions);
  return submissions;
}

function createSubmissions(live: Live): Submissions {
  const { client } = live;
  const pending = createPendingSubmissions(`safelight:${client.basePath}`);
  // The last one of each request.
  const flights = new Map<string, Flight>();
  const isOnItsWay = ({ generation, error }: Flight) => generation === null && error === null;
  const isOwn = ({ ownerTag }: PendingSubmission) => ownerTag === null || ownerTag === (live.ownerTag ?? ownerTag);

  const launch = (submission: PendingSubmission): Flight => {
    const { request, idempotencyKey } = submission;
    pending.replace(idempotencyKey, submission);
    const promise = post(live, submission).then(
      ({ generation }) => {
        pending.replace(idempotencyKey);
        flight.generation = generation;
        // Not into the gallery of somebody who signed in meanwhile.
        if (isOwn(submission)) live.take(generation);
        return generation;
      },
      (error: SafelightError) => {
        flight.error = error;
        // A refusal is final. Anything else may have been accepted all the same.
        const isRefused = error.status !== null && error.status >= 400 && error.status < 500;
        pending.replace(idempotencyKey, isRefused ? undefined : { ...submission, isReported: true });
        throw error;
      },
    );
    const flight: Flight = { ...submission, promise, generation: null, error: null };
    flights.set(hashKey([request]), flight);
    return flight;
  };

  return {
    send: (request, windowMs) => {
      const submittedAt = Date.now();
      const isRecent = (flight: Flight) => submittedAt - flight.submittedAt < windowMs;
      const hash = hashKey([request]);
      const previous = flights.get(hash);
      if (previous && isOwn(previous) && (isOnItsWay(previous) || (previous.generation && isRecent(previous))))
        return previous;
      for (const [key, flight] of flights) if (!isOnItsWay(flight) && !isRecent(flight)) flights.delete(key);
      const unresolved = pending.list().find((other) => isOwn(other) && hashKey([other.request]) === hash);
      return launch({
        // The very input that was sent under this key: an equal one in another order of fields is another body.
        request: unresolved?.request ?? request,
        idempotencyKey: unresolved?.idempotencyKey ?? client.createId(),
        submittedAt,
        ownerTag: live.ownerTag,
        isReported: false,
      });
    },
    resume: ({ model, scope }) => {
      const isHere = ({ request }: PendingSubmission) => request.model === model && request.scope === scope;
      // It was one owner's action: another one must not pay for it.
      if (live.ownerTag !== null) {
        for (const submission of pending.list().filter(isHere)) {
          const { idempotencyKey, isReported } = submission;
          const isFlying = [...flights.values()].some((flight) => flight.idempotencyKey === idempotencyKey);
          if (!isOwn(submission)) pending.replace(idempotencyKey);
          else if (!isReported && !isFlying) launch(submission);
        }
      }
      return [...flights.values()].filter((flight) => isHere(flight) && isOwn(flight) && isOnItsWay(flight));
    },
  };
}

function post({ client }: Live, { request, idempotencyKey }: PendingSubmission) {
  const { model, input, retryOf, ...also } = request;
  return retryOf === undefined
    ? client.submit(model, input, { ...also, idempotencyKey })
    : // What replaces fields of an old input is an object, or absent.
      client.retry(retryOf, { input: input as JsonObject | undefined, idempotencyKey });
}
