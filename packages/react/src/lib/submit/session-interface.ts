import type { AnySafelightClient } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import type { Live } from "../connection/live-interface.js";
import type { InFlightSubmission } from "./in-flight-submission.js";
import type { SubmissionRequest } from "./pending-submissions.js";
import type { SessionAction, SessionState } from "./session-state.js";
import type { UseGenerateOptions } from "./use-generate-interface.js";

/**
 * The submissions and the shown generation of one hook instance. It outlives the effects of its component: changes while it
 * has no subscriber (StrictMode, a hidden Activity) follow at the next subscription, and each callback runs once.
 */
export interface GenerateSession {
  readonly live: Live;
  /** Of the last committed render. */
  client: AnySafelightClient;
  /** Of the last committed render. */
  options: UseGenerateOptions;
  getState(): SessionState;
  dispatch(action: SessionAction): void;
  subscribe(listener: () => void): () => void;
  /** Submits a user action. Rejects with a `SafelightError`. */
  send(request: SubmissionRequest): Promise<Generation>;
  /** Epoch of the owner whose data is shown. */
  ownerEpoch: number;
  /** Submissions whose outcome is not yet applied. */
  readonly inFlight: Set<InFlightSubmission>;
  /** Ids of generations whose end is announced by a callback. */
  readonly watched: Set<string>;
  /** Submissions of other components, whose acceptance is not announced. */
  readonly followed: Set<InFlightSubmission>;
  /** Accepted submissions, and ids of finished generations, that were announced. */
  readonly announced: Set<InFlightSubmission | string>;
}
