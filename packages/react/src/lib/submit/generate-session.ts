import { type AnySafelightClient, SafelightError } from "@safelight/client";
import { type Generation, isTerminal, type Json, type JsonObject, newerGeneration } from "@safelight/client/contract";
import type { Live } from "../connection/live-interface.js";
import { markRejectionHandled } from "./mark-rejection-handled.js";
import type { SubmissionRequest } from "./pending-submissions.js";
import { type Flight, isOfPlace, submissionsOf } from "./submissions.js";
import type { GenerateOptions, UseGenerateOptions, UseGenerateResult } from "./use-generate-interface.js";

/** What a session shows. */
export interface SessionState
  extends Pick<UseGenerateResult<Json>, "isSubmitting" | "isResumed" | "generation" | "error"> {
  /** The last submission; `null` when there was none. */
  readonly flight: Flight | null;
}

/**
 * What one hook instance submits and follows. It outlives the effects of its component: what happens while nobody
 * subscribes (StrictMode, a hidden Activity) is caught up with at the next subscription, and nothing is told twice.
 */
export interface GenerateSession {
  /** Of the last committed render: by what it asks, where it submits, and whose callbacks are called. */
  client: AnySafelightClient;
  options: UseGenerateOptions;
  readonly commands: Pick<UseGenerateResult<Json>, "generate" | "generateAsync" | "cancel" | "retry" | "reset">;
  getState(): SessionState;
  subscribe(listener: () => void): () => void;
}

const nothing: SessionState = { flight: null, generation: null, isSubmitting: false, isResumed: false, error: null };

/** Makes the session of a hook instance, with what is active adopted as far as it is known already. */
export function createGenerateSession(
  live: Live,
  client: AnySafelightClient,
  options: UseGenerateOptions,
): GenerateSession {
  const { active, queryClient } = live;
  const submissions = submissionsOf(live);
  // Submissions on their way, and ids of active generations; what was told of is never told again.
  const flights = new Set<Flight>();
  const watched = new Set<string>();
  const told = new Set<Flight | string>();
  let state = nothing;
  let listener: (() => void) | null = null;
  let { owner } = live;
  let own: Flight | null = null;
  // Before the user acts, what was begun elsewhere is taken up; the newest active generation only at the beginning.
  let isUntouched = options.resume ?? true;
  let isOpen = isUntouched;

  const show = (next: Partial<SessionState>) => {
    state = { ...state, ...next };
    listener?.();
  };
  const forget = () => {
    flights.clear();
    watched.clear();
    show(nothing);
  };

  const adopt = () => {
    const known = isOpen && queryClient.getQueryData(active.queryKey);
    if (!known) return;
    isOpen = !live.isCurrent;
    const { model, scope = null } = session.options;
    const generation = known.generations.find((other) => other.model === model && other.scope === scope);
    // Ids grow with the time of creation.
    if (generation === undefined || generation.id <= (state.generation?.id ?? "")) return;
    watched.add(generation.id);
    show({ generation, isResumed: true });
  };
  const resume = () => {
    if (!isUntouched) return;
    for (const flight of submissions.resume(session.options, session.client)) {
      isOpen = false;
      board(flight);
      showFlight(flight);
    }
  };

  /** Another component of the same place has submitted. */
  const follow = (flight: Flight) => {
    if (session.options.resume === false || !isOfPlace(flight.request, session.options)) return;
    isOpen = false;
    told.add(flight);
    board(flight);
    showFlight(flight);
  };

  /** What was there before stays until the next one is accepted. */
  const showFlight = (flight: Flight) => {
    const generation = newestOf(flight);
    const { error } = flight;
    const isResumed = flight !== own || (generation === null && state.isResumed);
    show({ flight, error, isSubmitting: !generation && !error, isResumed, ...(generation && { generation }) });
  };

  const board = (flight: Flight) => {
    flights.add(flight);
    const done = () => settle(flight);
    flight.promise.then(done, done);
  };
  const settle = (flight: Flight) => {
    if (listener === null || !flights.delete(flight)) return;
    const generation = newestOf(flight);
    if (state.flight === flight) showFlight(flight);
    if (generation === null) return;
    watched.add(generation.id);
    if (!told.has(flight)) call(session.options.onSubmitted, generation);
    told.add(flight);
    see(generation);
  };
  const newestOf = ({ generation }: Flight) => generation && (live.find(generation.id) ?? generation);

  const see = (generation: Generation) => {
    const { id } = generation;
    if (state.generation?.id === id && newerGeneration(state.generation, generation) !== state.generation) {
      show({ generation });
    }
    if (listener === null || !isTerminal(generation) || !watched.delete(id) || told.has(id)) return;
    told.add(id);
    const { onCompleted, onFailed, onCanceled } = session.options;
    if (generation.status === "completed") call(onCompleted, generation);
    else if (generation.status === "failed") call(onFailed, generation);
    else call(onCanceled, generation);
  };
  const catchUp = () => {
    if (owner.epoch !== live.owner.epoch) {
      owner = live.owner;
      isUntouched = isOpen = session.options.resume ?? true;
      forget();
    }
    adopt();
    resume();
    for (const id of [...watched, state.generation?.id ?? ""]) {
      const generation = live.find(id);
      if (generation) see(generation);
      else if (generation === null && state.generation?.id === id) show({ generation });
    }
  };

  const send = (request: SubmissionRequest) => {
    isUntouched = isOpen = false;
    try {
      const { client, options } = session;
      const flight = submissions.send(request, client, options.doubleSubmitWindowMs ?? 1_000);
      own = flight;
      showFlight(flight);
      board(flight);
      for (const other of submissions.followers) if (other !== follow) other(flight);
      return flight.promise;
    } catch (cause) {
      // Only `createId` of the host's can throw here.
      const error = new SafelightError("invalid_input", "There is no key to submit with", { cause });
      show({ error });
      throw error;
    }
  };
  const generateAsync = (input: Json, options?: GenerateOptions) =>
    markRejectionHandled(async () => {
      const { model, scope } = session.options;
      return send({ model, scope, input, ...options });
    });

  const session: GenerateSession = {
    client,
    options,
    getState: () => state,
    subscribe: (next) => {
      listener = next;
      submissions.followers.add(follow);
      const unsubscribe = live.subscribe((generation) => (generation ? see(generation) : catchUp()));
      flights.forEach(board);
      catchUp();
      if (isOpen) void queryClient.prefetchQuery(active);
      return () => {
        unsubscribe();
        submissions.followers.delete(follow);
        listener = null;
      };
    },
    commands: {
      generate: (input, options) => void generateAsync(input, options),
      generateAsync,
      cancel: () =>
        markRejectionHandled(async () => {
          // What is on its way is canceled once it has a name; what is refused needs no cancel.
          const target = state.isSubmitting ? await state.flight?.promise.catch(() => null) : state.generation;
          if (!target) return null;
          const by = live.owner;
          const canceled = await session.client.cancel(target.id);
          live.take(canceled, by);
          return canceled;
        }),
      retry: ({ input } = {}) =>
        markRejectionHandled(async () => {
          const { flight, generation } = state;
          const { model, scope } = session.options;
          // Only an object has fields, and the caller's types ask for fields of this very input.
          const fields = input as JsonObject | undefined;
          const isAccepted = flight?.generation !== null;
          if (generation !== null && isAccepted) return send({ model, scope, input: fields, retryOf: generation.id });
          if (flight === null) return null;
          const { request } = flight;
          return send(fields ? { ...request, input: { ...(request.input as JsonObject), ...fields } } : request);
        }),
      reset: () => {
        isUntouched = isOpen = false;
        forget();
      },
    },
  };
  adopt();
  return session;
}

/** A callback that throws is the host's error, as in an event handler, and must not end the connection that brought it here. */
function call<G extends Generation>(callback: ((generation: G) => void) | undefined, generation: G): void {
  if (callback) queueMicrotask(() => callback(generation));
}
