import type { FailureCode, Generation, Json, JsonObject } from "@safelight/client/contract";
import type { Caller } from "../model/define-model.js";
import type { CheckOutput } from "../ports/output-check.js";
import type { AttemptCost } from "../ports/store/ended-store.js";

/** A submit or retry that has passed every check except `beforeSubmit` and the commit. */
export interface Submission {
  readonly caller: Caller;
  readonly model: string;
  /** The output of the model's schema, as JSON. A copy. */
  readonly input: Json;
  /** The input as it was sent. */
  readonly sentInput: Json;
  /** `null` if the submit has none. */
  readonly scope: string | null;
  /** `null` if the submit has none. */
  readonly metadata: JsonObject | null;
  /** The price, in credits. */
  readonly credits: number;
  /** Id of the retried generation; `null` for a submit. */
  readonly retryOf: string | null;
}

/** An uploaded file of the caller, to which the input of a submission refers. */
export interface SubmittedUpload {
  /** `inp_…`, as in the input. */
  readonly reference: string;
  /** Type detected from the bytes, such as `image/png` or `video/mp4`. */
  readonly contentType: string;
  readonly byteLength: number;
  /**
   * Reads the file from the storage into memory. Each call reads it again.
   *
   * @param options.maxBytes a larger file is not read. @default 67_108_864
   * @throws {RangeError} if it is larger than `maxBytes`.
   * @throws errors that become the response, if the hook lets them propagate: 503 while the storage is unavailable, and 422 if
   *   the file was deleted.
   */
  bytes(options?: { readonly maxBytes?: number }): Promise<Uint8Array>;
}

/** The reason why a submission is refused. Nothing is charged. */
export interface Refusal {
  /** `content_blocked` (422) refuses the content, `forbidden` (403) the caller. */
  readonly code: "content_blocked" | "forbidden";
  /** Shown to the owner. @default the title of the code */
  readonly detail?: string;
  /**
   * For your log only, as `reason` of the event `submit.refused`: never sent to a client, and not stored, because nothing was
   * submitted. At most 1,000 characters are logged.
   */
  readonly reason?: string;
}

/** The end of a generation, or a refund at its end. */
export interface EndEvent {
  /** Idempotency key of the event, such as `gen_…:completed`. A repeated delivery has the same key. */
  readonly key: string;
  readonly type: "completed" | "failed" | "canceled" | "refunded";
  readonly generationId: string;
  readonly ownerId: string;
  readonly accountId: string;
  /** The team that sees the generation, too; `null` for none. */
  readonly teamId: string | null;
  readonly model: string;
  readonly status: "completed" | "failed" | "canceled";
  /** `null` unless the generation failed. */
  readonly failureCode: FailureCode | null;
  /** Credits debited at submit. */
  readonly credits: number;
  /** Credits refunded. */
  readonly refundedCredits: number;
  /** Charges that the providers reported for its attempts. */
  readonly costs: readonly AttemptCost[];
  /** ISO 8601. */
  readonly endedAt: string;
  /** The generation as its owner sees it now, with fresh URLs; `null` once it is deleted. */
  readonly generation: Generation<string, Json> | null;
}

/**
 * Functions of the host. The `on…` hooks run in a worker, after the commit, at least once for each key, in no particular
 * order. A hook that throws, or takes longer than 30 seconds, is called again later, for about four days.
 */
export interface Hooks {
  /**
   * Called before any charge, for moderation, terms and limits of the host. Called after all checks; the commit repeats
   * those of the limits and the balance. Not called for a repeated idempotency key.
   *
   * If it throws, nothing is charged. The response is 500, or 503 or 422 for an error of `bytes()` of an upload. If it takes
   * longer than 30 seconds, or the client disconnects, nothing is charged either: the response is 503 `unavailable`, and a
   * later result is ignored.
   *
   * @param uploads the uploaded files to which the input refers, each once, in the order of the input.
   * @returns `undefined` to accept the submission.
   */
  readonly beforeSubmit?: (
    submission: Submission,
    uploads: readonly SubmittedUpload[],
  ) => Refusal | undefined | Promise<Refusal | undefined>;
  /** Called by the worker before an output is stored, so before its owner can see it. */
  readonly checkOutput?: CheckOutput;
  /** Called once outputs are stored; fewer than requested if some were refunded. */
  readonly onCompleted?: (event: EndEvent) => unknown;
  /** Called after a failure; `failureCode` has the cause. */
  readonly onFailed?: (event: EndEvent) => unknown;
  /** Called after a cancel by the owner, or by an operator for them. */
  readonly onCanceled?: (event: EndEvent) => unknown;
  /** Called in addition to the hook of the end, if credits were refunded: all, or the share of the missing outputs. */
  readonly onRefunded?: (event: EndEvent) => unknown;
}
