import type { FailureCode, Json, JsonObject, MediaKind, OutputProvenance } from "@safelight/client/contract";
import type { GenerationState } from "./generation-state.js";
import type { AttemptFailure } from "./provider-failure.js";
import type { RefundPolicy } from "./refund-policy.js";

/** A stored output. */
export interface OutputRecord {
  /** From 0. */
  readonly index: number;
  readonly kind: MediaKind;
  readonly storageKey: string;
  readonly contentType: string;
  readonly byteLength: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** In pixels; `null` if the kind has none. So is `height`. */
  readonly width: number | null;
  readonly height: number | null;
  /** `null` for images. */
  readonly durationMs: number | null;
  /** A thumbhash in base64; `null` if none was made. */
  readonly placeholder: string | null;
  /** `null` when none was made, or it would not be smaller. */
  readonly thumbnail: ThumbnailRecord | null;
  /** The marks of the file; `null` if it was stored without marks, or before they existed. */
  readonly provenance: OutputProvenance | null;
  /** Safety flags of the vendor, such as `"nsfw"`; `null` if it reported none. */
  readonly flags: readonly string[] | null;
}

/** A small version of an output's image, stored beside it. */
export interface ThumbnailRecord {
  readonly storageKey: string;
  readonly contentType: string;
  readonly byteLength: number;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

/** A stored preview of a running generation. */
export interface PreviewRecord {
  readonly storageKey: string;
  readonly contentType: string;
}

/** A generation as the store keeps it. Times are epoch milliseconds of the database's clock. */
export interface GenerationRecord {
  readonly id: string;
  readonly ownerId: string;
  readonly accountId: string;
  readonly model: string;
  readonly kind: MediaKind;
  /** `null` if the submit had none. */
  readonly scope: string | null;
  /** `null` if the submit had none. */
  readonly metadata: JsonObject | null;
  /** As submitted, before the model's schema. */
  readonly input: Json;
  readonly state: GenerationState;
  /** From 1; grows with each change of the row. */
  readonly version: number;
  /** The team that sees it, too; `null` if only its owner does. */
  readonly teamId: string | null;
  /** The gallery that it was read from; see `galleriesOf`. */
  readonly galleryId: string;
  /** The sequence of that gallery at the last change that the owner sees. */
  readonly sequence: number;
  /** Fencing number: grows with each claim and with the terminal transition. */
  readonly epoch: number;
  /** Attempts made so far. */
  readonly attempts: number;
  /** At least 1; from the model at submit. */
  readonly maxAttempts: number;
  /** Leases that expired since the last step that made progress. */
  readonly expiredLeases: number;
  /** When the generation fails with `deadline_exceeded` unless it has ended. */
  readonly deadlineAt: number;
  /**
   * When its next step is due, or its lease ends; `null` once it has ended. A due generation that no worker and no provider
   * has waits in the queue.
   */
  readonly dueAt: number | null;
  /** The gate of its next or current attempt; `null` for none. */
  readonly gate: string | null;
  /** Orders the generations that wait at its gate, lowest first. Written once, at submit. */
  readonly rank: number;
  readonly requestedOutputs: number;
  /** First part of the storage keys of this generation. Random, so that a key reveals nothing. */
  readonly storagePrefix: string;
  /** From 0 to 1; `null` while unknown. */
  readonly progress: number | null;
  readonly progressSource: "provider" | "estimate" | "none";
  /** Jobs ahead at the provider, from 0; `null` if unknown. */
  readonly queuePosition: number | null;
  /** When progress was last written; at most once a second. */
  readonly progressAt: number | null;
  /** The latest; `null` if there is none. */
  readonly preview: PreviewRecord | null;
  /** `null` unless the generation failed. */
  readonly failureCode: FailureCode | null;
  /** Credits debited at submit. */
  readonly credits: number;
  /** From 0 to `credits`. */
  readonly refundedCredits: number;
  /**
   * When the owner cancels a job that the provider cannot stop: discard the result, and refund by the policy's
   * `dropped`.
   */
  readonly dropOnCancel: boolean;
  /** The model's refund policy at submit; `null` for the default. */
  readonly refunds: RefundPolicy | null;
  readonly createdAt: number;
  /** The earliest start, as the submit asked for it. It may have passed at the submit. */
  readonly notBefore: number | null;
  /** When the generation fails with `expired` unless it has an attempt. */
  readonly expiresAt: number | null;
  /** The deadline from the first attempt on; `null` if that does not move it. Until then, it expires at `deadlineAt`. */
  readonly startedDeadlineAt: number | null;
  /** The start of the first attempt; `null` before it. */
  readonly startedAt: number | null;
  /** `null` until the generation ends. */
  readonly finishedAt: number | null;
  /** When its owner marked the end as seen; `null` if not yet. */
  readonly seenAt: number | null;
  /** The estimated end; `null` without an estimate. */
  readonly expectedAt: number | null;
  /** `null` without a request. */
  readonly cancelRequestedAt: number | null;
  /** Id of the retried generation; `null` for a submit. */
  readonly retryOf: string | null;
  /** Id of the group that it was submitted in; `null` for none. */
  readonly groupId: string | null;
  readonly outputs: readonly OutputRecord[];
}

/**
 * State of an attempt: `intent` (the paid request may be in flight), `unknown` (its response was lost), `accepted`,
 * `rejected` (definitely not accepted), `failed`, `done`, `canceled`.
 */
export type AttemptState = "intent" | "unknown" | "accepted" | "rejected" | "failed" | "done" | "canceled";

/** One try at a provider. */
export interface AttemptRecord {
  /** From 1. */
  readonly number: number;
  readonly state: AttemptState;
  /** Random; identifies the attempt to the provider. */
  readonly token: string;
  readonly providerId: string;
  /** The provider's handle for the running job; `null` until it is accepted. */
  readonly operation: Json;
  /** A handle that the provider's webhook named while there was no operation; `null` if none did. */
  readonly operationHint: Json;
  /** Outputs that were stored before the generation ended; `null` when they must still be fetched. */
  readonly outputs: readonly OutputRecord[] | null;
  /** The last failure of this attempt, or the reasons why outputs of its result are not stored. */
  readonly failure: AttemptFailure | null;
  /** When its outcome became unknown; `null` if it never did. */
  readonly unknownAt: number | null;
  readonly startedAt: number;
  /** When the provider finished, or the attempt failed, whichever was first; `null` while that is unknown. */
  readonly endedAt: number | null;
  /** Stored outputs of its result, while others are not available yet. */
  readonly storedOutputs: readonly OutputRecord[];
}

/** A generation that one worker holds, until its lease or epoch ends. */
export interface ClaimedGeneration {
  readonly generation: GenerationRecord;
  /** The input after the model's schema, for the provider. */
  readonly parsedInput: Json;
  /** The latest attempt; `null` before the first. */
  readonly attempt: AttemptRecord | null;
  /** The database's time at the claim. */
  readonly now: number;
  /**
   * The stored value that the next step needs and that is damaged, such as `"operation"`: the generation must fail.
   * `null` if there is none.
   */
  readonly unreadable: string | null;
}
