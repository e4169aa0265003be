import type { FailureCode, Generation, Json, JsonObject } from "@safelight/client/contract";
import type { Caller } from "../model/define-model.js";
import type { AttemptCost } from "../ports/store/ended-store.js";

/** A submit or a retry that has passed every check but the host's own and those of the commit. */
export interface Submission {
  readonly caller: Caller;
  readonly model: string;
  /** As the model's schema gave it, in JSON. A copy. */
  readonly input: Json;
  /** As it was sent. */
  readonly sentInput: Json;
  readonly scope: string | null;
  readonly metadata: JsonObject | null;
  /** The price. */
  readonly credits: number;
  /** Id of the generation that is tried again; `null` for a new one. */
  readonly retryOf: string | null;
}

/** Why a submission is not accepted. Nothing was charged. */
export interface Refusal {
  /** `content_blocked` (422) for what is asked for, `forbidden` (403) for who asks. */
  readonly code: "content_blocked" | "forbidden";
  /** For the owner to read. */
  readonly detail?: string;
}

/** That a generation ended, or that credits went back at its end. */
export interface EndEvent {
  /** The same at every repeat of this event, such as `gen_…:completed`: do nothing twice under one key. */
  readonly key: string;
  readonly type: "completed" | "failed" | "canceled" | "refunded";
  readonly generationId: string;
  readonly ownerId: string;
  readonly accountId: string;
  readonly model: string;
  readonly status: "completed" | "failed" | "canceled";
  /** `null` unless it failed. */
  readonly failureCode: FailureCode | null;
  /** The price as it was taken. */
  readonly credits: number;
  /** What of it went back. */
  readonly refundedCredits: number;
  /** What its providers charged the host, where they said so. */
  readonly costs: readonly AttemptCost[];
  /** ISO 8601. */
  readonly endedAt: string;
  /** As its owner sees it now, with fresh URLs; `null` once it is deleted. */
  readonly generation: Generation<string, Json> | null;
}

/**
 * Functions of the host. Those that are told of ends run in a worker, after the commit, at least once for each key and in
 * no certain order; one that throws, or takes longer than 30 seconds, is told again later, for about four days.
 */
export interface Hooks {
  /**
   * Asked before any charge, after everything else that is checked without the database: for moderation, terms and limits
   * of the host's own. Not asked for repeats of an idempotency key. What it throws is answered 500, and nothing is charged.
   *
   * @returns nothing to let it pass.
   */
  readonly beforeSubmit?: (submission: Submission) => Refusal | undefined | Promise<Refusal | undefined>;
  readonly onCompleted?: (event: EndEvent) => unknown;
  readonly onFailed?: (event: EndEvent) => unknown;
  readonly onCanceled?: (event: EndEvent) => unknown;
  /** Beside the end itself, where credits went back: all, or the share of what is missing of a partial success. */
  readonly onRefunded?: (event: EndEvent) => unknown;
}
