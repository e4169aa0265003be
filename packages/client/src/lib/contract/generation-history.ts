import type { GenerationFailure } from "./failure.js";

/** A part of a generation that a response includes only on request. */
export type GenerationPart = "attempts" | "timeline";

/**
 * One try at a provider, as the owner sees it: without the names of vendors, their ids and their charges.
 *
 * - `submitting`: the request is in progress.
 * - `accepted`: the provider works on it.
 * - `unknown`: the response was lost, and the outcome is not known yet.
 * - `rejected`: the provider refused the request.
 * - `failed`, `done`, `canceled`: how the job ended at the provider.
 */
export interface GenerationAttempt {
  /** From 1. */
  readonly number: number;
  readonly status: "submitting" | "accepted" | "unknown" | "rejected" | "failed" | "done" | "canceled";
  /** ISO 8601. */
  readonly startedAt: string;
  /** When the provider finished, or the attempt failed; `null` while that is unknown. */
  readonly endedAt: string | null;
  /** The failure of the attempt; `null` if there is none. A later attempt may have succeeded. */
  readonly error: GenerationFailure | null;
}

/** One event in the life of a generation. */
export interface TimelineEvent {
  /**
   * - `submitted`
   * - `attempt_started`, `attempt_ended`: see {@link GenerationAttempt}.
   * - `accepted`: a provider accepted the generation for the first time.
   * - `webhook`: a provider sent one. The server keeps this event for about a day.
   * - `cancel_requested`
   * - `stored`: all outputs are stored.
   * - `settled`: the generation ended, and its credits were settled.
   * - `noticed`: a device showed the notice of the end.
   * - `seen`: the owner marked the end as seen.
   */
  readonly type:
    | "submitted"
    | "attempt_started"
    | "accepted"
    | "webhook"
    | "cancel_requested"
    | "attempt_ended"
    | "stored"
    | "settled"
    | "noticed"
    | "seen";
  /** ISO 8601. */
  readonly at: string;
  /** Number of the attempt; `null` if the event belongs to none. */
  readonly attempt: number | null;
}

/** The decision on a cancel, and the refund that follows. */
export interface Cancellation {
  /**
   * `canceled`: the generation is canceled. `requested`: a provider works on it and decides, so it may still complete.
   * `already_ended`: it had ended before, and the cancel changed nothing.
   */
  readonly outcome: "canceled" | "requested" | "already_ended";
  /** Refund of the price. `pending`: the end decides; a completed generation is not refunded. */
  readonly refund: "full" | "partial" | "none" | "pending";
  /**
   * Refunded credits. While `refund` is `pending`, those that follow if the provider confirms the cancel; `null` if the
   * host does not bill.
   */
  readonly refundCredits: number | null;
}
