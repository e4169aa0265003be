import type { DigitalSourceType, Json } from "@safelight/client/contract";
import type { ProviderFailure } from "../generation/provider-failure.js";
import type { InputFiles } from "./input-files.js";
import type { ProviderLimits } from "./provider-limits.js";

/** The features of a provider's API. The worker calls only methods of declared capabilities. */
export interface ProviderCapabilities {
  /**
   * Whether an accepted job survives a restart of the server: `submit` returns `accepted` with an operation for `poll`.
   * If false, `submit` blocks until the outputs exist, and a crash during the call leaves the outcome unknown.
   */
  readonly resumable: boolean;
  /** Whether `cancel` can stop a job. */
  readonly cancel: boolean;
  /** Whether the vendor sends webhooks to `SubmitRequest.webhookUrl`. Requires `verifyWebhook` and `requestIdOf`. */
  readonly webhook: boolean;
  /** Whether it reports progress. Otherwise the server estimates progress from past durations. */
  readonly progress: boolean;
  /** Whether it reports previews. For information only: a preview is shown in either case. */
  readonly previews: boolean;
}

/** One paid request to a provider. */
export interface SubmitRequest<Input> {
  /** The parsed input, after defaults and transforms of the model's schema. */
  readonly input: Input;
  /**
   * Random and unguessable, one per attempt. Pass it to the vendor as idempotency key or reference if its API has one.
   */
  readonly token: string;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** The same for every attempt of a generation. Not secret: put it into the vendor's metadata to match its bill. */
  readonly generationId: string;
  /** Webhook URL of this attempt only; absent if the host has no public URL. */
  readonly webhookUrl?: string;
  /** Max size of an output in bytes: larger outputs are discarded, so stop reading there. Absent for no limit. */
  readonly maxOutputBytes?: number;
  /** The uploads that `input` refers to. Read them before you send the paid request. */
  readonly files: InputFiles;
  /**
   * Reports progress of a blocking `submit`. Call it for every update of the vendor; the worker drops updates that
   * arrive too fast.
   */
  readonly onProgress: (update: SubmitProgress) => void;
  /** Aborts if the lease is lost or the process must exit. */
  readonly signal: AbortSignal;
}

/** Media bytes from a provider. */
export interface ProviderMedia {
  readonly bytes: Uint8Array;
  /** Type that the provider reports. The worker detects the stored type from the bytes. */
  readonly contentType: string;
  /**
   * A still image of a video, or the cover of an audio file, of at most 8 MiB (1 MiB without `sharp`). It is stored as the
   * output's thumbnail, since Safelight decodes no video. Ignored for an image, and if it cannot be loaded.
   */
  readonly poster?: PosterMedia;
  /** Safety flags of the vendor, such as `"nsfw"`: at most 16, of 64 characters each. Kept for the host, and sent only with `exposeFlags`. */
  readonly flags?: readonly string[];
}

/** Progress of a blocking `submit`. */
export interface SubmitProgress {
  /** From 0 to 1; `null` if the vendor does not report it. */
  readonly progress: number | null;
  /** An intermediate image. Above 256 KiB it is scaled down, or dropped if the host has no image scaler. */
  readonly preview?: ProviderMedia;
}

/**
 * Temporary location of an output at the vendor. The worker copies it at once, only from the provider's `mediaHosts`.
 */
export interface ProviderLink {
  /** `https:` or `data:`; any other scheme only if `mediaHosts` lists the origin. */
  readonly url: string;
  /**
   * Request headers for vendors whose files require the API key. Sent only to the host of `url`, never on a redirect.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** As of `ProviderMedia`. */
  readonly flags?: readonly string[];
  /** As of `ProviderMedia`. */
  readonly poster?: PosterMedia;
}

/** The bytes of a poster, or a link to copy them from. */
export type PosterMedia = Pick<ProviderMedia, "bytes" | "contentType"> | Pick<ProviderLink, "headers" | "url">;

/** An output that failed while others succeeded. It keeps its index, and its share of the price is refunded. */
export interface MissingOutput {
  readonly failure: ProviderFailure;
}

/** One output: its bytes, a link to copy them from, or the failure. */
export type ProviderOutput = ProviderMedia | ProviderLink | MissingOutput;

/** Price of one attempt that the vendor charges the host, in one unit. */
export interface VendorCost {
  /** At least 0. */
  readonly amount: number;
  /** The vendor's own unit, one per price, at most 32 characters: `"usd"`, `"bfl-credits"` or `"output-tokens"`. */
  readonly unit: string;
}

/**
 * Outcome of a paid request. Classify it with care: only `rejected` may be sent again. List the main price first in
 * `costs`. Amounts of one unit are added, up to 1e15; at most eight units are stored.
 */
export type SubmitOutcome =
  /**
   * The vendor accepted the job. `operation` is stored before any other step: at most 64 KiB of JSON, 64 levels deep.
   */
  | { readonly type: "accepted"; readonly operation: Json; readonly costs?: readonly VendorCost[] }
  /** The response contains the outputs. */
  | { readonly type: "done"; readonly outputs: readonly ProviderOutput[]; readonly costs?: readonly VendorCost[] }
  /** The vendor definitely did not accept the request. */
  | { readonly type: "rejected"; readonly failure: ProviderFailure }
  /** The request was sent and its response was lost: the vendor may have accepted it. */
  | { readonly type: "unknown"; readonly reason: string };

/** Context of a request about an existing job. */
export interface CallContext {
  /** Aborts when the caller no longer waits for the response. */
  readonly signal: AbortSignal;
}

/** Context of a poll. */
export interface PollContext<Input> extends CallContext {
  readonly input: Input;
  readonly token: string;
  /** As in `SubmitRequest`. */
  readonly maxOutputBytes?: number;
}

/** Status of a job. Map unknown vendor states to `running`; `costs` are as in `SubmitOutcome`. */
export type OperationStatus =
  | {
      readonly type: "queued";
      /** Number of jobs ahead, from 0; `null` if the vendor does not report it. */
      readonly queuePosition: number | null;
      /** Suggested delay until the next poll, in milliseconds; absent for the worker's own interval. */
      readonly pollAfterMs?: number;
    }
  | {
      readonly type: "running";
      /** From 0 to 1; `null` if the vendor does not report it. */
      readonly progress: number | null;
      /** As `SubmitProgress.preview`. */
      readonly preview?: ProviderMedia;
      readonly pollAfterMs?: number;
    }
  /** `outputs` are in order, at least one. Repeated polls must return the same outputs while the vendor keeps them. */
  | { readonly type: "done"; readonly outputs: readonly ProviderOutput[]; readonly costs?: readonly VendorCost[] }
  | { readonly type: "failed"; readonly failure: ProviderFailure; readonly costs?: readonly VendorCost[] }
  | { readonly type: "canceled" };

/** Outcome of a cancellation: canceled, requested, or too late because the job had ended. */
export type CancelOutcome = "canceled" | "requested" | "too_late";

/**
 * Result of the search for a lost job. Return `absent` only if the vendor's response proves that the request was not
 * accepted and never will be. Its sender may be paused mid-request and resume later.
 */
export type LookupOutcome =
  | { readonly type: "found"; readonly operation: Json }
  | { readonly type: "absent" }
  | { readonly type: "unknown" };

/** A vendor's webhook as received. Do not trust any part of it before verification. */
export interface RawWebhook {
  readonly method: string;
  readonly headers: Headers;
  /** The raw bytes, at most 1 MiB. Parsed and re-serialized JSON would not match the signature. */
  readonly body: Uint8Array;
  /** Token of the attempt whose webhook URL received the request, for vendors that accept a secret per request. */
  readonly token?: string;
  /** Aborts after 5 s. The response is then 503, so that the vendor retries the webhook. */
  readonly signal?: AbortSignal;
}

/** Content of a verified webhook. It only triggers a poll, and is never a result. */
export interface WebhookFacts {
  /** Equal for repeats of one delivery, and distinct for each event. At most 255 characters. */
  readonly deliveryId: string;
  /** The vendor's job id, compared with the id in the stored operation. At most 255 characters. */
  readonly requestId: string;
  /** Signature time in epoch milliseconds. Rejected if more than 300 s before or after now. */
  readonly timestamp: number;
  /** The operation that `submit` would have returned: recovers a job whose response was lost. */
  readonly operation?: Json;
}

/**
 * An adapter to a vendor's API. Stateless: the operation holds everything needed to continue a job. A method may throw
 * for an outcome that it cannot classify. From `submit` that means `unknown`; from the others, retry later.
 */
export interface Provider<Input> {
  /**
   * How the outputs are made, for their marks. Set it if that is the same for every input.
   *
   * @default `trainedAlgorithmicMedia`, and `compositeWithTrainedAlgorithmicMedia` for an input with uploads
   */
  readonly digitalSourceType?: DigitalSourceType;
  /** Short and stable, such as `"fal"`: it is stored with each attempt. */
  readonly id: string;
  readonly capabilities: ProviderCapabilities;
  /**
   * Origins that a `ProviderLink` may be copied from; absent for none. A host (`"v3.fal.media"`) or a host with all
   * subdomains (`"*.fal.media"`) allows https on the default port at public addresses only. A whole origin
   * (`"http://127.0.0.1:8188"`) is trusted as configured.
   */
  readonly mediaHosts?: readonly string[];
  /**
   * Max time of `submit` without a response or progress, in milliseconds. Then the signal aborts and the outcome is
   * `unknown`. Rounded up to lease renewals (10 s by default). The deadline of the model may come first.
   *
   * @default 300_000
   */
  readonly requestTimeoutMs?: number;
  /**
   * Limits of the vendor's account; `{}` without a limit still shares the delay of a 429. With limits, a refusal
   * `rate_limited` with `retryAfterMs` holds all requests to this account for as long, and uses up no attempt.
   * @default none: `key` is the id of the provider
   */
  readonly limits?: ProviderLimits | undefined;
  /**
   * Returns what the host must still set, such as a missing API key with its variable; `null` if nothing is missing. The
   * worker's loop logs it at its start. Reads only the options and the environment.
   */
  setupProblem?(): string | null;
  /** Sends the paid request exactly once. Do not retry, and do not use a vendor client that retries. */
  submit(request: SubmitRequest<Input>): Promise<SubmitOutcome>;
  /** Reads the status of a job; required if `resumable`. Must be free of charge and without side effects. */
  poll?(operation: Json, context: PollContext<Input>): Promise<OperationStatus>;
  /** Requests cancellation from the vendor; required if `capabilities.cancel`. May be called repeatedly. */
  cancel?(operation: Json, context: CallContext): Promise<CancelOutcome>;
  /** Finds a job by the attempt's token after its response was lost. */
  findByToken?(token: string, context: CallContext): Promise<LookupOutcome>;
  /**
   * Verifies the signature of a webhook over its raw bytes. Required if `capabilities.webhook`. If the vendor may send
   * unsigned webhooks, return facts without `operation` and a `deliveryId` distinct from signed ones. They only trigger
   * a poll, and never attach a job to an attempt that has none.
   *
   * @returns `null` if the signature is invalid.
   * @throws if verification is impossible now, for example because the vendor's keys cannot be fetched. The response is
   *   then 503, and the vendor may retry.
   */
  verifyWebhook?(request: RawWebhook): Promise<WebhookFacts | null>;
  /** Returns the vendor's job id of an operation, as its webhooks contain it. Required if `capabilities.webhook`. */
  requestIdOf?(operation: Json): string | null;
}
