import type { SafelightError } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import type { PendingSubmission } from "./pending-submissions.js";

/** State of one `useGenerate`. */
export interface SessionState {
  /** The last submission of this instance, or of another one with the same model and scope; `null` for none. */
  readonly submission: PendingSubmission | null;
  /** This instance sent `submission`. */
  readonly isOwn: boolean;
  /** There is a submission, and it is not accepted: it has failed with `error`, or is in flight without one. */
  readonly isUnaccepted: boolean;
  /** The generation that was accepted or adopted last. It stays until the next one is accepted. */
  readonly generation: Generation | null;
  /** `LiveState.resyncs` when `generation` was last received. */
  readonly resyncs: number;
  readonly isResumed: boolean;
  readonly error: SafelightError | null;
  /** Submissions that a reload interrupted are resumed until the user acts. */
  readonly mayResume: boolean;
  /** The newest active generation is adopted until the list of them is current, or a submission is shown. */
  readonly mayAdopt: boolean;
}

/**
 * @param resume whether the instance takes up active generations and interrupted submissions.
 * @param generation the active generation that it adopts at once.
 */
export function initialSessionState(resume: boolean, generation: Generation | null = null): SessionState {
  return {
    submission: null,
    isOwn: false,
    isUnaccepted: false,
    generation,
    resyncs: 0,
    isResumed: generation !== null,
    error: null,
    mayResume: resume,
    mayAdopt: resume,
  };
}

/** Whether a submission is in flight. */
export function isSubmitting({ isUnaccepted, error }: SessionState): boolean {
  return isUnaccepted && error === null;
}
