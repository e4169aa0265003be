import type { AnySafelightClient, SafelightError } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import type { Emitter } from "../connection/emitter.js";
import type { Live } from "../connection/live-interface.js";
import type { PendingSubmission } from "./pending-submissions.js";
import type { SessionState } from "./session-state.js";
import type { UseGenerateOptions } from "./use-generate-interface.js";

/** A submission that this page has sent, and its outcome. */
export interface InFlightSubmission extends PendingSubmission {
  /** Settles when it is accepted or refused. Of a group, it resolves with the first generation. */
  readonly promise: Promise<Generation>;
  /** All that were accepted; empty before. */
  generations: readonly Generation[];
  /** The accepted generation; `null` before, and if it was refused. */
  generation: Generation | null;
  error: SafelightError | null;
  /** A reload interrupted it, so that no session has sent it. */
  isInterrupted: boolean;
}

/**
 * The submissions and the shown generation of one hook instance. It outlives the effects of its component: changes while it
 * has no subscriber (StrictMode, a hidden Activity) follow at the next subscription, and each callback runs once. It emits
 * changes of its state.
 */
export interface GenerateSession extends Emitter<void> {
  readonly live: Live;
  /** Of the last committed render. */
  client: AnySafelightClient;
  /** Of the last committed render. */
  options: UseGenerateOptions;
  state: SessionState;
  /** Epoch of the owner whose data is shown. */
  ownerEpoch: number;
  /** The last submission of this instance; resolves with `null` if it is refused. */
  sending: Promise<Generation | null> | null;
  /** Submissions whose outcome is not yet applied. */
  readonly inFlight: Set<InFlightSubmission>;
  /** Ids of generations whose end a callback reports. */
  readonly watched: Set<string>;
  /** Submissions of this instance. The acceptance of those of other components is not reported. */
  readonly sent: Set<InFlightSubmission>;
  /** Accepted submissions, and ids of finished generations, whose callback was called. */
  readonly reported: Set<InFlightSubmission | string>;
}
