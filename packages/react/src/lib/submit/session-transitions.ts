import type { SafelightError } from "@safelight/client";
import { type Generation, newerGeneration } from "@safelight/client/contract";
import type { PendingSubmission } from "./pending-submissions.js";
import type { SessionState } from "./session-state.js";

// Each function returns the next state of a session, and the same object if nothing changes.

/** A list of active generations, which may not be current. `newest`: the newest one of the model and scope. */
export function listed(
  state: SessionState,
  { newest, isCurrent }: { readonly newest: Generation | undefined; readonly isCurrent: boolean },
): SessionState {
  const mayAdopt = !isCurrent;
  // Ids sort by creation time.
  const isNewer = newest !== undefined && newest.id > (state.generation?.id ?? "");
  if (isNewer) return { ...state, mayAdopt, generation: newest, isResumed: true };
  return mayAdopt === state.mayAdopt ? state : { ...state, mayAdopt };
}

/** A submission, and its outcome so far. */
export interface SubmissionOutcome {
  readonly submission: PendingSubmission;
  /** This instance sent it. */
  readonly isOwn: boolean;
  readonly generation: Generation | null;
  readonly error: SafelightError | null;
}

/** A submission was sent, joined, accepted or refused. */
export function submitted(state: SessionState, outcome: SubmissionOutcome): SessionState {
  const { submission, generation, error } = outcome;
  const isSame = submission.idempotencyKey === state.submission?.idempotencyKey;
  const isOwn = outcome.isOwn || (isSame && state.isOwn);
  return {
    ...state,
    submission,
    isOwn,
    isUnaccepted: generation === null,
    generation: generation ?? state.generation,
    isResumed: !isOwn || (generation === null && state.isResumed),
    error,
    mayAdopt: false,
  };
}

/** A version of a generation, perhaps of another one than the shown one. */
export function received(
  state: SessionState,
  { generation, resyncs }: { readonly generation: Generation; readonly resyncs: number },
): SessionState {
  const isNewer =
    state.generation?.id === generation.id &&
    (state.resyncs !== resyncs || newerGeneration(state.generation, generation) !== state.generation);
  return isNewer ? { ...state, generation, resyncs } : state;
}

/** The generation with this id was deleted. */
export function deleted(state: SessionState, id: string): SessionState {
  return state.generation?.id === id ? { ...state, generation: null } : state;
}
