import type { SafelightError } from "@safelight/client";
import { type Generation, newerGeneration } from "@safelight/client/contract";
import type { PendingSubmission } from "./pending-submissions.js";
import { initialSessionState, type SessionState } from "./session-state.js";

/** A transition of {@link SessionState}. */
export type SessionAction =
  /** `newest`: the newest active generation of the model and scope, of a list that may not be current. */
  | { readonly type: "listed"; readonly newest: Generation | undefined; readonly isCurrent: boolean }
  /** The user submits from this instance. */
  | { readonly type: "acted" }
  /** A submission was sent, joined, accepted or refused. */
  | {
      readonly type: "submitted";
      readonly submission: PendingSubmission;
      readonly isOwn: boolean;
      readonly generation: Generation | null;
      readonly error: SafelightError | null;
    }
  /** A submission could not be sent. */
  | { readonly type: "failed"; readonly error: SafelightError }
  /** A version of a generation, perhaps of another one than the shown one. */
  | { readonly type: "received"; readonly generation: Generation; readonly resyncs: number }
  | { readonly type: "deleted"; readonly id: string }
  /** Shows nothing any more. */
  | { readonly type: "reset"; readonly resume: boolean };

/** The next state. Returns the same object if nothing changes. */
export function reduceSession(state: SessionState, action: SessionAction): SessionState {
  switch (action.type) {
    case "listed": {
      const mayAdopt = !action.isCurrent;
      const { newest } = action;
      // Ids sort by creation time.
      const isNewer = newest !== undefined && newest.id > (state.generation?.id ?? "");
      if (isNewer) return { ...state, mayAdopt, generation: newest, isResumed: true };
      return mayAdopt === state.mayAdopt ? state : { ...state, mayAdopt };
    }
    case "acted":
      return { ...state, mayResume: false, mayAdopt: false };
    case "submitted": {
      const { submission, generation, error } = action;
      const isSame = submission.idempotencyKey === state.submission?.idempotencyKey;
      const isOwn = action.isOwn || (isSame && state.isOwn);
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
    case "failed":
      return { ...state, error: action.error };
    case "received": {
      const { generation, resyncs } = action;
      const isNewer =
        state.generation?.id === generation.id &&
        (state.resyncs !== resyncs || newerGeneration(state.generation, generation) !== state.generation);
      return isNewer ? { ...state, generation, resyncs } : state;
    }
    case "deleted":
      return state.generation?.id === action.id ? { ...state, generation: null } : state;
    case "reset":
      return initialSessionState(action.resume);
  }
}
