import type { AnySafelightClient } from "@safelight/client";
import type { Json, JsonObject } from "@safelight/client/contract";
import { isTerminal } from "@safelight/client/contract";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { createFollower, type Follower } from "./follower.js";
import { handled } from "./handled.js";
import type { SubmissionRequest } from "./pending-submissions.js";
import { activeQueryOptions, generationQueryOptions } from "./query-options.js";
import { type Submissions, submissionsOf } from "./submissions.js";
import { actedTracking, beginTracking, isSamePlace, newestOf, type Place, type Tracking } from "./tracking.js";
import type { GenerateOptions, UseGenerateOptions, UseGenerateResult } from "./use-generate-interface.js";
import { useLive } from "./use-live.js";

export function useGenerateOf(client: AnySafelightClient, options: UseGenerateOptions): UseGenerateResult<Json> {
  const { model, scope = null, resume = true, doubleSubmitWindowMs = 1_000 } = options;
  const live = useLive(client);
  const submissions = submissionsOf(live);
  const epoch = useSyncExternalStore(
    live.subscribe,
    () => live.epoch,
    () => 0,
  );
  const place = useMemo(() => ({ live, epoch, model, scope }), [live, epoch, model, scope]);
  const [tracking, setTracking] = useTracking(place, resume);
  const { id, flight, isSubmitting } = tracking;
  const { data: generation = null } = useQuery({
    ...generationQueryOptions(client, id ?? ""),
    enabled: id !== null,
    initialData: () => (id === null ? undefined : live.cache.find(id)),
  });

  const follower = useMemo(() => createFollower(live), [live]);
  useFollowing(follower, options, setTracking);
  useInterrupted(follower, submissions, tracking, resume, setTracking);
  useEffect(() => {
    if (id !== null) follower.watch(id);
  }, [follower, id]);

  const base = useMemo(() => {
    const send = (request: SubmissionRequest) => {
      const sent = submissions.send(request, doubleSubmitWindowMs);
      setTracking(actedTracking(place, sent));
      follower.follow(sent);
      return sent.promise;
    };
    const request = (input: Json, retryOf: string | null, { metadata, expectedCredits }: GenerateOptions = {}) => ({
      model: place.model,
      scope: place.scope,
      input,
      retryOf,
      metadata: metadata ?? null,
      expectedCredits: expectedCredits ?? null,
    });
    return {
      send,
      request,
      generate: (input: Json, also?: GenerateOptions) => {
        send(request(input, null, also)).catch(() => {});
      },
      generateAsync: (input: Json, also?: GenerateOptions) => send(request(input, null, also)),
      reset: () => {
        follower.forget();
        setTracking(actedTracking(place, null));
      },
    };
  }, [place, submissions, follower, setTracking, doubleSubmitWindowMs]);
  const { send, request, ...stable } = base;

  const [cancel, retry] = useMemo(
    () => [
      () =>
        handled(async () => {
          // What is on its way is canceled once it has a name; what is refused needs no cancel.
          const accepted = isSubmitting ? await flight?.promise.catch(() => null) : null;
          const target = accepted?.id ?? id;
          if (target === null) return null;
          const canceled = await client.cancel(target);
          live.take(canceled);
          return canceled;
        }),
      ({ input }: { readonly input?: Partial<Json> | undefined } = {}) =>
        handled(async () => {
          if (id !== null) return send(request((input ?? null) as Json, id));
          return flight && send(withFields(flight.request, input));
        }),
    ],
    [client, live, send, request, id, flight, isSubmitting],
  );

  return {
    ...stable,
    cancel,
    retry,
    generation,
    isSubmitting,
    isActive: generation !== null && !isTerminal(generation),
    isResumed: tracking.isResumed,
    error: tracking.error,
    submission: flight && {
      input: flight.request.input,
      retryOf: flight.request.retryOf,
      idempotencyKey: flight.idempotencyKey,
      submittedAt: flight.submittedAt,
    },
  };
}

type SetTracking = (next: Tracking | ((now: Tracking) => Tracking)) => void;

/** What is shown, with adoption decided while rendering, so that the first paint shows what is running. */
function useTracking(place: Place, resume: boolean): readonly [Tracking, SetTracking] {
  const [stored, setTracking] = useState(() => beginTracking(place, resume));
  let tracking = isSamePlace(stored.place, place) ? stored : beginTracking(place, resume);
  const { isOpen } = tracking;
  const { data: newest } = useQuery({
    ...activeQueryOptions(place.live.client),
    enabled: isOpen,
    select: (active) => (isOpen ? newestOf(active, place) : null),
  });
  if (isOpen && newest !== undefined) {
    tracking = { ...tracking, isOpen: false, id: newest?.id ?? null, isResumed: newest !== null };
  }
  if (tracking !== stored) setTracking(tracking);
  return [tracking, setTracking];
}

/** Tells the callbacks what happens to what is followed. */
function useFollowing(follower: Follower, options: UseGenerateOptions, setTracking: SetTracking): void {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(
    () =>
      follower.connect({
        accepted: (flight, generation, isFirst) => {
          setTracking((now) => (now.flight === flight ? { ...now, id: generation.id, isSubmitting: false } : now));
          if (isFirst) latest.current.onSubmitted?.(generation);
        },
        refused: (flight, error) =>
          setTracking((now) => (now.flight === flight ? { ...now, error, isSubmitting: false } : now)),
        ended: (generation) => {
          const { onCompleted, onFailed, onCanceled } = latest.current;
          if (generation.status === "completed") onCompleted?.(generation);
          else if (generation.status === "failed") onFailed?.(generation);
          else onCanceled?.(generation);
        },
      }),
    [follower, setTracking],
  );
}

/** Takes up what was submitted here before this component was mounted and is not known to be accepted or refused. */
function useInterrupted(
  follower: Follower,
  submissions: Submissions,
  { place, isActed }: Tracking,
  resume: boolean,
  setTracking: SetTracking,
): void {
  const { live, model, scope } = place;
  const ownerTag = useSyncExternalStore(
    live.subscribe,
    () => live.ownerTag,
    () => null,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is sent again only when it is known who is signed in
  useEffect(() => {
    if (!resume || isActed) return;
    const flights = submissions.resume(model, scope);
    flights.forEach(follower.follow);
    const flight = flights.at(-1);
    if (flight === undefined) return;
    setTracking((now) => (now.isActed ? now : { ...now, isOpen: false, flight, isSubmitting: true, isResumed: true }));
  }, [follower, submissions, model, scope, resume, isActed, ownerTag, setTracking]);
}

/** The same request, with other fields where given. */
function withFields(request: SubmissionRequest, fields: Partial<Json> | undefined): SubmissionRequest {
  if (fields === undefined) return request;
  // Only an object has fields, and the caller's types ask for fields of this very input.
  return { ...request, input: { ...(request.input as JsonObject), ...(fields as JsonObject) } };
}
