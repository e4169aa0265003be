import type { Json } from "@safelight/client/contract";
import type { ProviderFailure } from "../generation/provider-failure.js";
import type { InputImages } from "./input-images.js";

/** What a provider's API can do; the worker asks for nothing else. */
export interface ProviderCapabilities {
  /**
   * Whether an accepted job outlives our process: `submit` answers `accepted` with an operation that `poll` takes up
   * again. When false, `submit` blocks until the outputs are there, and a crash inside the call leaves its outcome unknown.
   */
  readonly resumable: boolean;
  readonly cancel: boolean;
  /** Whether the vendor calls back at `SubmitRequest.webhookUrl`; then `verifyWebhook` and `requestIdOf` are there. */
  readonly webhook: boolean;
  readonly progress: boolean;
  readonly partials: boolean;
}

/** One paid request to a provider. */
export interface SubmitRequest<Input> {
  /** The parsed input: defaults and transforms of the model's schema have been applied. */
  readonly input: Input;
  /** Random and unguessable, one per attempt. Give it to the vendor where it takes a key or a reference. */
  readonly token: string;
  /** From 1. */
  readonly attempt: number;
  /** The same for every attempt of a generation. Not secret: fit for a vendor's metadata, so that its bill can be read. */
  readonly generationId: string;
  /** Where the vendor may call back about this attempt, and about no other; absent when the host has no public URL. */
  readonly webhookUrl?: string;
  /** Largest output that is kept, in bytes: there is no use in reading further. Absent for no limit. */
  readonly maxOutputBytes?: number;
  /** The uploaded pictures that `input` refers to. Ask for them before the paid request goes out. */
  readonly images: InputImages;
  /**
   * For a `submit` that blocks: tells how far it is. May be called as often as the vendor says something; what comes too
   * fast is left out.
   */
  readonly onProgress: (news: SubmitProgress) => void;
  /** Aborted when the lease is lost or the process must end. */
  readonly signal: AbortSignal;
}

/** Bytes that came from a provider. */
export interface ProviderMedia {
  readonly bytes: Uint8Array;
  /** What the provider says; the stored type is found in the bytes. */
  readonly contentType: string;
}

/** How far a blocking `submit` is. */
export interface SubmitProgress {
  /** From 0 to 1; `null` when the vendor does not say. */
  readonly progress: number | null;
  /** A rough picture of the state now. More than 256 KiB is made small where the host can do that, and left out elsewhere. */
  readonly preview?: ProviderMedia;
}

/** Where a vendor keeps an output for a while. The worker copies it at once, and only from the provider's `mediaHosts`. */
export interface ProviderLink {
  /** `https:` or `data:`; any other scheme only where `mediaHosts` names the origin. */
  readonly url: string;
  /** For a vendor whose files need the key. Sent to the host of `url` alone, and to no redirect. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An output that did not come, while others did: it keeps its place, and its share of the price goes back. */
export interface MissingOutput {
  readonly failure: ProviderFailure;
}

/** One output: its bytes, a place to copy it from, or why it is missing. */
export type ProviderOutput = ProviderMedia | ProviderLink | MissingOutput;

/** What the vendor charges its customer, the host, for one attempt: one price, in one unit. */
export interface VendorCost {
  /** At least 0. */
  readonly amount: number;
  /** The vendor's own unit, such as `"usd"`, `"bfl-credits"` or `"output-tokens"`, for each price one. At most 32 characters. */
  readonly unit: string;
}

/**
 * What became of a paid request. Tell them apart with care: only `rejected` may be sent again.
 * `costs`, what weighs most first: amounts of one unit are added, up to 1e15, and at most eight units are kept.
 */
export type SubmitOutcome =
  /** The vendor has it; `operation`, at most 64 KiB and 64 levels of JSON, is stored before anything else happens. */
  | { readonly type: "accepted"; readonly operation: Json; readonly costs?: readonly VendorCost[] }
  /** The vendor answered with the outputs themselves. */
  | { readonly type: "done"; readonly outputs: readonly ProviderOutput[]; readonly costs?: readonly VendorCost[] }
  /** The vendor definitely did not take it. */
  | { readonly type: "rejected"; readonly failure: ProviderFailure }
  /** The request went out and its reply was lost: it may or may not have been accepted. */
  | { readonly type: "unknown"; readonly reason: string };

/** What any question about a job may use beside what it names. */
export interface AskContext {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** What a poll may use beside the operation. */
export interface PollContext<Input> extends AskContext {
  readonly input: Input;
  readonly token: string;
  /** As in `SubmitRequest`. */
  readonly maxOutputBytes?: number;
}

/** What a provider says about a running job. Unknown vendor states are `running`; `costs` are as in `SubmitOutcome`. */
export type OperationStatus =
  | {
      readonly type: "queued";
      /** Jobs ahead, from 0; `null` when the vendor does not say. */
      readonly queuePosition: number | null;
      /** When a poll is worth it again, in milliseconds; absent for the worker's own pace. */
      readonly pollAfterMs?: number;
    }
  | {
      readonly type: "running";
      /** From 0 to 1; `null` when the vendor does not say. */
      readonly progress: number | null;
      /** As `SubmitProgress.preview`. */
      readonly preview?: ProviderMedia;
      readonly pollAfterMs?: number;
    }
  /** `outputs` in order, at least one. Polling again must give the same outputs while the vendor keeps them. */
  | { readonly type: "done"; readonly outputs: readonly ProviderOutput[]; readonly costs?: readonly VendorCost[] }
  | { readonly type: "failed"; readonly failure: ProviderFailure; readonly costs?: readonly VendorCost[] }
  | { readonly type: "canceled" };

/** What became of a cancel: done, on its way, or the job had already ended. */
export type CancelOutcome = "canceled" | "requested" | "too_late";

/**
 * Whether a lost job was found. `absent` only where the vendor's answer proves that the request was never accepted and
 * never will be: whoever sent it may have stopped in the middle, and go on after this answer.
 */
export type LookupOutcome =
  | { readonly type: "found"; readonly operation: Json }
  | { readonly type: "absent" }
  | { readonly type: "unknown" };

/** A call-back of a vendor, as it came in. Nothing of it is to be believed before it was verified. */
export interface RawWebhook {
  readonly method: string;
  readonly headers: Headers;
  /** The very bytes: whatever was parsed and written again has another signature. At most 1 MiB. */
  readonly body: Uint8Array;
  /** That of the attempt at whose URL it came, as `submit` was given it: for vendors that take a secret with each request. */
  readonly token?: string;
  /** Aborts after 5 s. The webhook is then answered 503, so that the vendor retries it. */
  readonly signal?: AbortSignal;
}

/** What a verified call-back says. It is a hint to ask the vendor, and never a result. */
export interface WebhookFacts {
  /** The same at every repeat of one delivery, and another for each event. At most 255 characters. */
  readonly deliveryId: string;
  /** The vendor's id of the job; compared with that of the stored operation. At most 255 characters. */
  readonly requestId: string;
  /** When it was signed, in epoch milliseconds. More than 300 s from now, before or after, is refused. */
  readonly timestamp: number;
  /** The operation that `submit` would have answered: brings a job home whose reply was lost. */
  readonly operation?: Json;
}

/**
 * An adapter to a vendor's API. Stateless: everything it needs to go on with a job is in the operation.
 * Any method may throw for what it cannot classify: from `submit` that means `unknown`, from the others "ask again later".
 */
export interface Provider<Input> {
  /** Short and stable, such as `"fal"`: it is stored with each attempt. */
  readonly id: string;
  readonly capabilities: ProviderCapabilities;
  /**
   * From where a `ProviderLink` may be copied: hosts (`"v3.fal.media"`), hosts with everything below them
   * (`"*.fal.media"`), both by https on its usual port and at public addresses alone; or whole origins
   * (`"http://127.0.0.1:8188"`), which are taken at the word of whoever configured them. Absent: from nowhere.
   */
  readonly mediaHosts?: readonly string[];
  /**
   * Max time of `submit` without a response or progress, in milliseconds. Then the signal aborts and the outcome is
   * `unknown`. Rounded up to lease renewals (10 s by default). The deadline of the model may come first.
   *
   * @default 300_000
   */
  readonly requestTimeoutMs?: number;
  /** Sends the paid request exactly once: no retry inside, no vendor client that retries. */
  submit(request: SubmitRequest<Input>): Promise<SubmitOutcome>;
  /** Asks how a job is doing; present when `resumable`. Free of charge and free of side effects. */
  poll?(operation: Json, context: PollContext<Input>): Promise<OperationStatus>;
  /** Asks the vendor to cancel; present when `capabilities.cancel`. May be called again. */
  cancel?(operation: Json, context: AskContext): Promise<CancelOutcome>;
  /** Looks for a job by the attempt's token, after its reply was lost. */
  findByToken?(token: string, context: AskContext): Promise<LookupOutcome>;
  /**
   * Checks the signature of a call-back over its raw bytes. Present when `capabilities.webhook`. `null`: forged. Throws
   * when that cannot be decided now, as when the vendor's keys are not to be had: it is answered 503, and may be repeated.
   * Of a vendor that may leave its call-backs unsigned, one without a signature may be taken for facts without `operation`,
   * under a `deliveryId` that no signed one has: a reason to ask, and no job for an attempt that has none.
   */
  verifyWebhook?(request: RawWebhook): Promise<WebhookFacts | null>;
  /** The vendor's id of the job behind an operation, as its call-backs name it. Present when `capabilities.webhook`. */
  requestIdOf?(operation: Json): string | null;
}
