import type { SafelightError } from "@safelight/client";
import type { Generation, JsonObject } from "@safelight/client/contract";
import { hashKey } from "@tanstack/react-query";
import type { Live } from "./live.js";
import { createPendingSubmissions, type PendingSubmission, type SubmissionRequest } from "./pending-submissions.js";
import { safelightKeys } from "./safelight-keys.js";

/** One user action on its way, and what became of it. */
export interface Flight {
  readonly request: SubmissionRequest;
  readonly idempotencyKey: string;
  /** Epoch milliseconds. */
  readonly submittedAt: number;
  /** Settles at acceptance or refusal. */
  readonly promise: Promise<Generation>;
  /** What it settled with; `null` while it is on its way. */
  outcome: { readonly generation: Generation } | { readonly error: SafelightError } | null;
}

/** Sends user actions, each under one idempotency key that is written down before it is sent. */
export interface Submissions {
  /** Sends an action, or joins the same one when it is on its way or was accepted less than `windowMs` ago. */
  send(request: SubmissionRequest, windowMs: number): Flight;
  /**
   * What was submitted for a place and is not known to be accepted or refused, oldest first: on its way from this page,
   * or written down before a reload and sent again now that it is known who is signed in.
   */
  resume(model: string, scope: string | null): readonly Flight[];
}

/** Settled flights are kept for joining no longer than this, in milliseconds. */
const longestWindowMs = 60_000;

const submissionsByLive = new WeakMap<Live, Submissions>();

/** The submissions of a connection, shared by all hooks. */
export function submissionsOf(live: Live): Submissions {
  const submissions = submissionsByLive.get(live) ?? createSubmissions(live);
  submissionsByLive.set(live, submissions);
  return submissions;
}

function createSubmissions(live: Live): Submissions {
  const { client, queryClient } = live;
  const pending = createPendingSubmissions(`safelight:${client.basePath}`);
  const flights = new Map<string, Flight>();

  const launch = (submission: PendingSubmission): Flight => {
    const { request, idempotencyKey, submittedAt } = submission;
    const { epoch } = live;
    pending.put(submission);
    const mutation = queryClient.getMutationCache().build(queryClient, {
      mutationKey: [...safelightKeys.all(client.basePath), "submit"],
      mutationFn: (variables: SubmissionRequest) => post(live, variables, idempotencyKey),
      // Offline it fails now, and is told, instead of waiting unseen for a connection.
      networkMode: "always",
      retry: false,
    });
    const accepted = mutation.execute(request).then(({ generation, credits }) => {
      pending.remove(idempotencyKey);
      // Not into the gallery of somebody who signed in meanwhile.
      if (live.epoch === epoch) {
        if (credits !== null) live.cache.setBalance(credits.balance);
        live.take(generation);
      }
      return generation;
    });
    const flight: Flight = { request, idempotencyKey, submittedAt, promise: accepted, outcome: null };
    flights.set(hashKey([request]), flight);
    accepted.then(
      (generation) => {
        flight.outcome = { generation };
      },
      (error: SafelightError) => {
        flight.outcome = { error };
        if (isRefusal(error)) pending.remove(idempotencyKey);
        else pending.put({ ...submission, reported: true });
      },
    );
    return flight;
  };

  const isOwn = ({ ownerTag }: PendingSubmission): boolean =>
    ownerTag === null || live.ownerTag === null || ownerTag === live.ownerTag;

  return {
    send: (request, windowMs) => {
      const now = Date.now();
      for (const [hash, { outcome, submittedAt }] of flights) {
        if (outcome !== null && now - submittedAt >= longestWindowMs) flights.delete(hash);
      }
      const hash = hashKey([request]);
      const previous = flights.get(hash);
      if (previous?.outcome === null) return previous;
      const isRecent = previous !== undefined && now - previous.submittedAt < windowMs;
      if (isRecent && previous.outcome !== null && "generation" in previous.outcome) return previous;
      const unresolved = pending
        .list()
        .find((submission) => isOwn(submission) && hashKey([submission.request]) === hash);
      return launch({
        // The very input that was sent under this key: an equal one in another order of fields is another body.
        request: unresolved?.request ?? request,
        idempotencyKey: unresolved?.idempotencyKey ?? client.createId(),
        submittedAt: now,
        ownerTag: live.ownerTag,
        reported: false,
      });
    },
    resume: (model, scope) => {
      const isHere = ({ request }: { request: SubmissionRequest }) =>
        request.model === model && request.scope === scope;
      const onTheirWay = () => [...flights.values()].filter((flight) => flight.outcome === null);
      // It was one owner's action: another one must not pay for it.
      for (const submission of live.ownerTag === null ? [] : pending.list().filter(isHere)) {
        const { idempotencyKey, reported } = submission;
        if (!isOwn(submission)) pending.remove(idempotencyKey);
        else if (!reported && !onTheirWay().some((flight) => flight.idempotencyKey === idempotencyKey))
          launch(submission);
      }
      return onTheirWay().filter(isHere);
    },
  };
}

function post({ client }: Live, request: SubmissionRequest, idempotencyKey: string) {
  const { model, scope, input, retryOf, metadata, expectedCredits } = request;
  if (retryOf !== null) {
    // What replaces fields of an old input is an object, or absent.
    return client.retry(retryOf, { input: (input ?? undefined) as JsonObject | undefined, idempotencyKey });
  }
  return client.submit(model, input, {
    scope: scope ?? undefined,
    metadata: metadata ?? undefined,
    expectedCredits: expectedCredits ?? undefined,
    idempotencyKey,
  });
}

/** Whether the server said no. Anything else may have been accepted all the same. */
function isRefusal({ status }: SafelightError): boolean {
  return status !== null && status >= 400 && status < 500;
}
