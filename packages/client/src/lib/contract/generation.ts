import type { GenerationFailure } from "./failure.js";
import type { Cancellation, GenerationAttempt, TimelineEvent } from "./generation-history.js";
import type { JsonObject } from "./json.js";

/** Kind of the media that a generation produces. All its outputs have this kind. */
export type MediaKind = "image" | "video" | "audio";

/** Every public status. The last three are terminal: the status never changes again. */
export const generationStatuses = ["pending", "processing", "completed", "failed", "canceled"] as const;

/** Public status of a generation; the server stores a finer `state`. */
export type GenerationStatus = (typeof generationStatuses)[number];

/** How media was made, as a term of the IPTC vocabulary for digital source types. */
export const digitalSourceTypes = [
  "trainedAlgorithmicMedia",
  "compositeWithTrainedAlgorithmicMedia",
  "algorithmicMedia",
] as const;

/**
 * `trainedAlgorithmicMedia`: by a trained model. `compositeWithTrainedAlgorithmicMedia`: by a trained model, from an
 * upload. `algorithmicMedia`: by an algorithm without training.
 */
export type DigitalSourceType = (typeof digitalSourceTypes)[number];

/** The machine-readable marks of a stored file. */
export interface OutputProvenance {
  readonly digitalSourceType: DigitalSourceType;
  /** Whether the file contains a C2PA manifest. The server does not verify its signature. */
  readonly c2pa: boolean;
  /** Whether the file states in its XMP metadata that AI made it. */
  readonly marked: boolean;
}

/** One produced file of a completed generation. */
export interface Output {
  /** Index among the outputs of its generation, from 0. */
  readonly index: number;
  readonly kind: MediaKind;
  /**
   * URL of the file. It has its own expiry and signature, so `<img>` needs no header. It is valid until `urlsExpireAt`
   * of its generation, and stays the same for a while so that caches work. Fetch the generation again for a new one.
   */
  readonly url: string;
  /** Media type detected from the bytes, such as `image/png`. */
  readonly contentType: string;
  /** Size of the file in bytes. */
  readonly byteLength: number;
  /** SHA-256 of the file, 64 hexadecimal digits in lower case. */
  readonly sha256: string;
  /** Pixels; `null` if the kind has no width. */
  readonly width: number | null;
  /** Pixels; `null` if the kind has no height. */
  readonly height: number | null;
  /** Duration in milliseconds; `null` for images, and for a file that does not state it. */
  readonly durationMs: number | null;
  /** A thumbhash in base64, to paint before the bytes arrive; `null` if there is none. */
  readonly placeholder: string | null;
  /**
   * URL of a thumbnail of at most 512 × 512 pixels, with the same expiry as `url`; the host's CDN may make it. For a video
   * it is the vendor's poster, which a server without `sharp` does not scale down. `null` if there is none, or if it
   * would not be smaller than the output.
   */
  readonly thumbnailUrl: string | null;
  /** The marks of the file; `null` if it was stored before the server marked outputs, or if the host does not mark them. */
  readonly provenance: OutputProvenance | null;
  /**
   * The vendor's safety flags, such as `"nsfw"`; `null` if it reported none. Absent unless the host has the option
   * `exposeFlags`.
   */
  readonly flags?: readonly string[] | null;
}

/** Number of generations ahead in a queue, from 0; `"100+"` for more than 100 that wait on the server. */
export type QueuePosition = number | "100+";

/** Progress of a generation. Always present, for every provider. */
export interface Progress {
  /** From 0 to 1. Never decreases, and is 1 only on completion; `null` while unknown. */
  readonly value: number | null;
  /** Origin of the value: the provider, an estimate from earlier runs, or `none`. */
  readonly source: "provider" | "estimate" | "none";
  /**
   * Number of generations ahead: in the queue of the server, and after the submit to the provider in that of the provider.
   * `null` if it is not queued, or the position is unknown.
   */
  readonly queuePosition: QueuePosition | null;
  /**
   * When it reached this position in the queue of the server, as ISO 8601; `null` in the queue of a provider, and without
   * a position. Positions change without a new version: of two responses with the same version, keep the one with the
   * later time.
   */
  readonly queuePositionAt: string | null;
  /** Expected time until the end in milliseconds, as of this response; `null` if unknown. */
  readonly etaMs: number | null;
  /** URL of a preview of the running generation, signed like `Output.url`; `null` if there is none. */
  readonly previewUrl: string | null;
}

/** A list of generations with its own change log: the owner's, or that of the owner's team. */
export type Gallery = "own" | "team";

/** Fields of a generation in every status. */
export interface GenerationFields<Model extends string = string, Input = unknown> {
  /** `gen_` and a UUIDv7: sorts by creation time. */
  readonly id: string;
  /** The host's name of the model, such as `"flux"`. */
  readonly model: Model;
  readonly kind: MediaKind;
  /** Host-defined label for the part of the app that submitted it, such as a project id; `null` if none was given. */
  readonly scope: string | null;
  /** Data that the host attached at submit; `null` if none. */
  readonly metadata: JsonObject | null;
  /** Increases with each change that the owner can see, from 1. When two versions meet, keep the higher one. */
  readonly version: number;
  /** The gallery's counter at the last such change. It orders changes across all generations of one gallery. */
  readonly sequence: number;
  /** Opaque tag of the gallery that was read: the caller's own, or with `of: "team"` the team's. Not of the submitter. */
  readonly ownerTag: string;
  /** The submitter's own `ownerTag`: equal to that of your own gallery for your generations. */
  readonly submitterTag: string;
  /** `"own"`: only its owner sees it. `"team"`: so do the members of the team that the owner had at submit. */
  readonly visibility: Gallery;
  /** The input as it was sent, which is JSON. */
  readonly input: Input;
  /** Number of requested outputs. */
  readonly requestedOutputs: number;
  readonly progress: Progress;
  /** Credits debited at submit; `null` if the host does not bill. */
  readonly credits: number | null;
  /** Credits refunded so far; `null` if the host does not bill. */
  readonly refundedCredits: number | null;
  /** ISO 8601, as are all times here. */
  readonly createdAt: string;
  /** The earliest start that the submit asked for; `null` for at once. */
  readonly notBefore: string | null;
  /** When it fails with `expired` unless an attempt has started by then; `null` for never. */
  readonly expiresAt: string | null;
  /** When the provider first accepted it; `null` before. */
  readonly startedAt: string | null;
  /** When it reached a terminal status; `null` before. */
  readonly finishedAt: string | null;
  /** When the owner marked the finished generation as seen; `null` before. In the gallery of a team: when it finished. */
  readonly seenAt: string | null;
  /** When it is expected to finish; `null` if unknown. */
  readonly expectedAt: string | null;
  /** When cancellation was requested; a request, not a status. `null` if it was not. */
  readonly cancelRequestedAt: string | null;
  /** The generation that this one retries; `null` if it is not a retry. */
  readonly retryOf: string | null;
  /** Id of the group that it was submitted in, `grp_` and a UUID; `null` for none. */
  readonly groupId: string | null;
  /** When the URLs of this response expire; `null` without URLs. */
  readonly urlsExpireAt: string | null;
  /** All attempts so far, by number. Only in responses to `include: ["attempts"]`. */
  readonly attempts?: readonly GenerationAttempt[];
  /** The events so far, by time. Only in responses to `include: ["timeline"]`. */
  readonly timeline?: readonly TimelineEvent[];
  /** The decision on a cancel. Only in responses to a cancel. */
  readonly cancellation?: Cancellation;
}

/** A generation that has not finished. */
export interface ActiveGeneration<Model extends string = string, Input = unknown>
  extends GenerationFields<Model, Input> {
  readonly status: "pending" | "processing";
}

/** A generation that finished with at least one output. */
export interface CompletedGeneration<Model extends string = string, Input = unknown>
  extends GenerationFields<Model, Input> {
  readonly status: "completed";
  readonly outputs: readonly [Output, ...Output[]];
}

/** A generation that finished without a result. Its credits were refunded according to its refund policy. */
export interface FailedGeneration<Model extends string = string, Input = unknown>
  extends GenerationFields<Model, Input> {
  readonly status: "failed";
  readonly error: GenerationFailure;
}

/** A generation that was canceled at its owner's request. */
export interface CanceledGeneration<Model extends string = string, Input = unknown>
  extends GenerationFields<Model, Input> {
  readonly status: "canceled";
}

/**
 * One request for media, as its owner sees it. Switch on `status`. `GenerationOf` adds the model and input types of an
 * app.
 */
export type Generation<Model extends string = string, Input = unknown> =
  | ActiveGeneration<Model, Input>
  | TerminalGeneration<Model, Input>;

/** A finished generation. Its status and outputs are final; `seenAt` and `refundedCredits` may still change. */
export type TerminalGeneration<Model extends string = string, Input = unknown> =
  | CompletedGeneration<Model, Input>
  | FailedGeneration<Model, Input>
  | CanceledGeneration<Model, Input>;

/** Whether a generation has finished. */
export function isTerminal(generation: Generation): generation is TerminalGeneration {
  return isTerminalStatus(generation.status);
}

/** Whether a status is terminal. */
export function isTerminalStatus(status: GenerationStatus): status is TerminalGeneration["status"] {
  return status === "completed" || status === "failed" || status === "canceled";
}
