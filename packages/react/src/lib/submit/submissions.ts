import { type AnySafelightClient, SafelightError, type SubmitOptions } from "@safelight/client";
import type { Generation, JsonObject } from "@safelight/client/contract";
import { hashKey } from "@tanstack/react-query";
import type { Live } from "../connection/live-interface.js";
import { isSameOwner, type Owner } from "../connection/owner.js";
import { forceFetch } from "../query/query-options.js";
import { createPendingSubmissions, type PendingSubmission, type SubmissionRequest } from "./pending-submissions.js";

/** One user action on its way, and what became of it. */
export interface Flight extends PendingSubmission {
  /** Settles at acceptance or refusal. */
  readonly promise: Promise<Generation>;
  /** What was accepted; `null` before, and when it was refused. */
  generation: Generation | null;
  error: SafelightError | null;
}

/** Where something is submitted from. */
type Place = Pick<SubmissionRequest, "model" | "scope">;

/** Sends user actions, each under one idempotency key that is written down before it is sent. */
export interface Submissions {
  /** Sends an action, or joins the same one when it is on its way or was accepted less than `windowMs` ago; 0 joins none. */
  send(request: SubmissionRequest, client: AnySafelightClient, windowMs: number): Flight;
  /**
   * What was submitted for a place and is not known to be accepted or refused, oldest first: on its way from this page,
   * or written down before a reload and sent again now that it is known who is signed in.
   */
  resume(place: Place, client: AnySafelightClient): readonly Flight[];
  /** Those who show what is submitted, whichever of them submits it. */
  readonly followers: Set<(flight: Flight) => void>;
}

/** A flight, and what decides who joins it. */
interface OwnFlight extends Flight {
  owner: Owner;
  readonly hash: string | null;
  /** Epoch milliseconds of the click that it stands for; `submittedAt` is that of the first one under its key. */
  readonly sentAt: number;
  readonly abort: AbortController;
}

const submissionsByLive = new WeakMap<Live, Submissions>();

/** The submissions of a connection, shared by all hooks. */
export function submissionsOf(live: Live): Submissions {
  const submissions = submissionsByLive.get(live) ?? createSubmissions(live);
  submissionsByLive.set(live, submissions);
  return submissions;
}

function createSubmissions(live: Live): Submissions {
  const { active, queryClient } = live;
  const pending = createPendingSubmissions(`safelight:${live.client.cacheKey}`);
  const flights = new Set<OwnFlight>();
  let { owner } = live;
  const isOnItsWay = ({ generation, error }: Flight) => generation === null && error === null;
  const isOwn = (flight: OwnFlight) => isSameOwner(flight.owner, live.owner);
  const isFlying = ({ idempotencyKey }: PendingSubmission) =>
    [...flights].some((flight) => flight.idempotencyKey === idempotencyKey && isOnItsWay(flight));

  /** What nobody's name is on was of whoever is signed in, and goes with them. */
  const onOwner = () => {
    const { tag } = live.owner;
    const isOther = owner.epoch !== live.owner.epoch;
    owner = live.owner;
    for (const flight of flights) if (flight.owner.epoch === owner.epoch) flight.owner = owner;
    if (tag === null && !isOther) return;
    for (const submission of pending.list()) {
      if (submission.ownerTag !== null) continue;
      pending.replace(submission.idempotencyKey, isOther ? undefined : { ...submission, ownerTag: tag });
    }
    if (tag === null) return;
    // A repeat would be paid by the next owner.
    for (const flight of flights) {
      if (!isOwn(flight)) flight.abort.abort(new SafelightError("unauthenticated", "Somebody else is signed in now"));
    }
  };
  /** What was told as failed and was accepted all the same is no longer to be sent again. */
  const onGeneration = (generation: Generation) => {
    const offsetMs = queryClient.getQueryData(active.queryKey)?.serverOffsetMs ?? 0;
    for (const submission of pending.list()) {
      const { request, submittedAt, isReported, idempotencyKey } = submission;
      const isLater = Date.parse(generation.createdAt) >= submittedAt + offsetMs;
      if (isReported && isLater && isOf(generation, request)) pending.replace(idempotencyKey);
    }
  };
  live.subscribe((generation) => (generation ? onGeneration(generation) : onOwner()));
  onOwner();

  /** @param ownerTag whose it must be: a click of now is of whoever is there, whatever the page knows of them. */
  const launch = (client: AnySafelightClient, submission: PendingSubmission, ownerTag?: string): Flight => {
    const { request, idempotencyKey } = submission;
    const by = live.owner;
    const abort = new AbortController();
    pending.replace(idempotencyKey, submission);
    const promise = post(client, { request, idempotencyKey, ownerTag, signal: abort.signal }).then(
      ({ generation }) => {
        pending.replace(idempotencyKey);
        flight.generation = generation;
        live.take(generation, by);
        return generation;
      },
      (error: SafelightError) => {
        flight.error = error;
        // A refusal is final. Anything else may have been accepted all the same.
        const isFinal = abort.signal.aborted || isRefusal(error);
        pending.replace(
          idempotencyKey,
          isFinal ? undefined : { ...submission, ownerTag: flight.owner.tag, isReported: true },
        );
        throw error;
      },
    );
    const hash = hashOf(request);
    const flight: OwnFlight = {
      ...submission,
      promise,
      generation: null,
      error: null,
      owner: by,
      hash,
      sentAt: Date.now(),
      abort,
    };
    flights.add(flight);
    return flight;
  };

  return {
    followers: new Set(),
    send: (request, client, windowMs) => {
      const now = Date.now();
      // A clock may have been set back.
      const isRecent = (flight: OwnFlight) => Math.abs(now - flight.sentAt) < windowMs;
      const hash = hashOf(request);
      for (const flight of flights) {
        if (!isOnItsWay(flight) && (flight.error || !isRecent(flight))) flights.delete(flight);
        else if (windowMs > 0 && hash !== null && flight.hash === hash && isOwn(flight)) return flight;
      }
      const { tag } = live.owner;
      const isSame = (other: PendingSubmission) =>
        !isFlying(other) && (other.ownerTag ?? tag) === (tag ?? other.ownerTag) && hashOf(other.request) === hash;
      const unresolved = hash === null ? undefined : pending.list().find(isSame);
      const submission = {
        // The very input that was sent under this key: an equal one in another order of fields is another body.
        request: unresolved?.request ?? request,
        idempotencyKey: unresolved?.idempotencyKey ?? client.createId(),
        // The first one: an outcome that is not known by then will not be waited for any longer.
        submittedAt: unresolved?.submittedAt ?? now,
        ownerTag: tag,
        isReported: false,
      };
      // A client that the connection does not go by may be of somebody else, whom the server refuses then.
      return launch(client, submission, (client !== live.client && tag) || undefined);
    },
    resume: (place, client) => {
      const isHere = ({ request }: PendingSubmission) => isOfPlace(request, place);
      const waiting = pending.list().filter((submission) => isHere(submission) && !isFlying(submission));
      if (live.owner.isConfirmed) {
        for (const submission of waiting) {
          // It was one owner's action: another one must not pay for it.
          const { idempotencyKey, ownerTag, isReported } = submission;
          if (ownerTag === null || ownerTag !== live.owner.tag) pending.replace(idempotencyKey);
          else if (!isReported) launch(client, submission, ownerTag);
        }
      } else if (live.owner.tag !== null && waiting.some(({ isReported }) => !isReported)) {
        // Whose page this is was not heard from the server yet.
        void queryClient.prefetchQuery(forceFetch(active));
      }
      return [...flights].filter((flight) => isHere(flight) && isOwn(flight) && isOnItsWay(flight));
    },
  };
}

/** Whether something is submitted from a place. */
export function isOfPlace(request: SubmissionRequest, { model, scope }: Place): boolean {
  return request.model === model && request.scope === scope;
}

function post(client: AnySafelightClient, { request, ...options }: Pick<PendingSubmission, "request"> & SubmitOptions) {
  const { model, input, retryOf, ...also } = request;
  return retryOf === undefined
    ? client.submit(model, input, { ...also, ...options })
    : // What replaces fields of an old input is an object, or absent.
      client.retry(retryOf, { input: input as JsonObject | undefined, ...options });
}

/** `null` for what JSON cannot hold, which is like nothing else. */
function hashOf(request: unknown): string | null {
  try {
    return hashKey([request]);
  } catch {
    return null;
  }
}

function isOf(generation: Generation, { model, scope, input, retryOf }: SubmissionRequest): boolean {
  if (generation.retryOf !== (retryOf ?? null)) return false;
  const isSamePlace = generation.model === model && generation.scope === (scope ?? null);
  return retryOf !== undefined || (isSamePlace && hashOf(generation.input) === hashOf(input));
}

function isRefusal({ status, code }: SafelightError): boolean {
  // The client's own refusal has no status.
  return code === "invalid_input" || (status !== null && status >= 400 && status < 500);
}
