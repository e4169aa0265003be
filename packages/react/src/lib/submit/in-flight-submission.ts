import type { SafelightError } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import type { PendingSubmission } from "./pending-submissions.js";

/** A submission that this page has sent, and its outcome. */
export interface InFlightSubmission extends PendingSubmission {
  /** Settles when it is accepted or refused. */
  readonly promise: Promise<Generation>;
  /** The accepted generation; `null` before, and if it was refused. */
  generation: Generation | null;
  error: SafelightError | null;
}
