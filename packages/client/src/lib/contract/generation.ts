import type { FailureCode } from "./failure.js";
import type { JsonObject } from "./json.js";

/** What a generation produces. Only `image` is offered today; the wire already names what comes next. */
export type MediaKind = "image" | "video" | "audio";

/** Every status that the world sees. The last three are terminal: they never change again. */
export const generationStatuses = ["pending", "processing", "completed", "failed", "canceled"] as const;

/** What the world sees of a generation; the server stores a finer `state`. */
export type GenerationStatus = (typeof generationStatuses)[number];

/** One produced file of a completed generation. */
export interface Output {
  /** Position among the outputs of its generation, from 0. */
  readonly index: number;
  readonly kind: MediaKind;
  /**
   * Where the bytes are. Carries its own expiry and signature, so that `<img>` needs no header: valid until
   * `urlsExpireAt` of its generation, and the same string for a while so that caches work. Read the generation again
   * for a fresh one.
   */
  readonly url: string;
  /** Media type found in the bytes themselves, such as `image/png`. */
  readonly contentType: string;
  readonly byteLength: number;
  /** Pixels; `null` where the kind has none. */
  readonly width: number | null;
  /** Pixels; `null` where the kind has none. */
  readonly height: number | null;
  /** Playing time in milliseconds; `null` for images. */
  readonly durationMs: number | null;
  /** A thumbhash in base64 to paint before the bytes arrive; `null` where none was made. */
  readonly placeholder: string | null;
  /**
   * Where a small picture of it is, at most 512 pixels long and wide: for galleries. As `url` otherwise. `null` where none
   * was made, or it would be no smaller than the output.
   */
  readonly thumbnailUrl: string | null;
}

/** How far a generation is. Present on every generation, whatever the provider tells. */
export interface Progress {
  /** From 0 to 1, never going back, 1 only on completion; `null` while nothing is known. */
  readonly value: number | null;
  /** Who says so: the provider itself, an estimate from earlier runs, or nobody. */
  readonly source: "provider" | "estimate" | "none";
  /** Generations ahead of this one, from 0; `null` when it is not queued or the position is unknown. */
  readonly queuePosition: number | null;
  /** Expected time until the end in milliseconds, as of this answer; `null` when unknown. */
  readonly etaMs: number | null;
  /** A rough picture of what is developing, signed as `Output.url` is; `null` when there is none. */
  readonly previewUrl: string | null;
}

/** Why a generation failed, in words that may be shown to its owner. */
export interface GenerationFailure {
  readonly code: FailureCode;
  readonly message: string;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
}

/** The fields that every generation has, whatever its status. */
export interface GenerationFields<Model extends string = string, Input = unknown> {
  /** `gen_` and a UUIDv7: sortable by time of creation. */
  readonly id: string;
  /** The name under which the host offers the model, such as `"flux"`. */
  readonly model: Model;
  readonly kind: MediaKind;
  /** The host's label for the place it was submitted from; `null` when none was given. */
  readonly scope: string | null;
  /** What the host attached at submit; `null` when nothing was. */
  readonly metadata: JsonObject | null;
  /** Grows with each change that the owner can see, from 1. Keep the higher one when two meet. */
  readonly version: number;
  /** The owner's own counter at the last such change: orders changes over all generations of one owner. */
  readonly sequence: number;
  /** Whose it is: opaque, and the same in every answer to one owner. */
  readonly ownerTag: string;
  /** The input as it was sent, which is JSON. */
  readonly input: Input;
  /** How many outputs were asked for. */
  readonly requestedOutputs: number;
  readonly progress: Progress;
  /** Credits taken at submit; `null` where the host does not bill. */
  readonly credits: number | null;
  /** Credits given back so far; `null` where the host does not bill. */
  readonly refundedCredits: number | null;
  /** ISO 8601, as are all times here. */
  readonly createdAt: string;
  /** When the provider first accepted it; `null` before. */
  readonly startedAt: string | null;
  /** When it reached a terminal status; `null` before. */
  readonly finishedAt: string | null;
  /** When the owner marked the ended generation as seen; `null` before. */
  readonly seenAt: string | null;
  /** When it is expected to end; `null` when unknown. */
  readonly expectedAt: string | null;
  /** When its cancel was asked for; a request, not a status. `null` when it was not. */
  readonly cancelRequestedAt: string | null;
  /** The generation that this one retries; `null` for a first one. */
  readonly retryOf: string | null;
  /** Until when the URLs of this answer hold; `null` where it has none. */
  readonly urlsExpireAt: string | null;
}

/** A generation that has not ended. */
export interface ActiveGeneration<Model extends string = string, Input = unknown>
  extends GenerationFields<Model, Input> {
  readonly status: "pending" | "processing";
}

/** A generation that ended with at least one output. */
export interface CompletedGeneration<Model extends string = string, Input = unknown>
  extends GenerationFields<Model, Input> {
  readonly status: "completed";
  readonly outputs: readonly [Output, ...Output[]];
}

/** A generation that ended without a result; its credits were given back as its refund policy says. */
export interface FailedGeneration<Model extends string = string, Input = unknown>
  extends GenerationFields<Model, Input> {
  readonly status: "failed";
  readonly error: GenerationFailure;
}

/** A generation that ended because its owner asked for it. */
export interface CanceledGeneration<Model extends string = string, Input = unknown>
  extends GenerationFields<Model, Input> {
  readonly status: "canceled";
}

/**
 * One request for media, as its owner sees it. Switch on `status`. Any will do where its model and input do not matter;
 * `GenerationOf` types them by an app.
 */
export type Generation<Model extends string = string, Input = unknown> =
  | ActiveGeneration<Model, Input>
  | TerminalGeneration<Model, Input>;

/** A generation that will not change again. */
export type TerminalGeneration<Model extends string = string, Input = unknown> =
  | CompletedGeneration<Model, Input>
  | FailedGeneration<Model, Input>
  | CanceledGeneration<Model, Input>;

/** Tells whether a generation has ended. */
export function isTerminal(generation: Generation): generation is TerminalGeneration {
  return isTerminalStatus(generation.status);
}

/** Tells whether a status is one that never changes again. */
export function isTerminalStatus(status: GenerationStatus): status is TerminalGeneration["status"] {
  return status === "completed" || status === "failed" || status === "canceled";
}

/**
 * Of two answers about one generation, the newer: answers may overtake each other on the way. Of the same version, the
 * one whose URLs hold longer; of two that are the same in this, too, the left one.
 */
export function newerGeneration<G extends Generation>(left: G, right: G): G {
  if (left.version !== right.version) return left.version > right.version ? left : right;
  return (right.urlsExpireAt ?? "") > (left.urlsExpireAt ?? "") ? right : left;
}
