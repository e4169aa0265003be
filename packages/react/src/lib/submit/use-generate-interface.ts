import type { SafelightError } from "@safelight/client";
import type {
  CanceledGeneration,
  CompletedGeneration,
  FailedGeneration,
  Generation,
  JsonObject,
} from "@safelight/client/contract";

import type { Connection } from "../connection/connection.js";

/** Options of `useGenerate`. */
export interface UseGenerateOptions<Model extends string = string, G extends Generation = Generation> {
  /** The model that it submits to, and adopts from at first. If it changes, the shown generation stays. */
  readonly model: Model;
  /**
   * Label of the part of the app that it submits from and adopts from, at most 128 characters. Another scope starts another
   * session.
   * @default none, which is a scope of its own
   */
  readonly scope?: string | undefined;
  /**
   * Whether to take up work that began before the component was mounted: the owner's newest active generation of the model
   * and scope, from any page or device, and a submission that a reload interrupted. It also follows submissions of other
   * components with the same model and scope.
   * @default true
   */
  readonly resume?: boolean | undefined;
  /**
   * How long an equal input joins the previous submission instead of creating another, in milliseconds (at most an hour),
   * and longer while that is in flight. 0 joins none. If the outcome of an equal submission is unknown, it is sent again
   * with its key.
   * @default 1_000
   */
  readonly doubleSubmitWindowMs?: number | undefined;
  /** A submission of this instance was accepted. Each callback runs once for each generation of this instance. */
  readonly onSubmitted?: ((generation: G) => void) | undefined;
  /** A submitted or adopted generation is completed. */
  readonly onCompleted?: ((generation: Extract<G, CompletedGeneration>) => void) | undefined;
  /** A submitted or adopted generation has failed. Its credits were refunded by its refund policy. */
  readonly onFailed?: ((generation: Extract<G, FailedGeneration>) => void) | undefined;
  /** A submitted or adopted generation was canceled. */
  readonly onCanceled?: ((generation: Extract<G, CanceledGeneration>) => void) | undefined;
}

/** Options of one submission. */
export interface GenerateOptions {
  /** Data that the host wants returned with the generation, at most 4 KiB as JSON. */
  readonly metadata?: JsonObject | undefined;
  /** The price that the user saw. If the price differs, the submission is refused with `price_changed`. */
  readonly expectedCredits?: number | undefined;
  /** The earliest start, at most 30 days ahead. @default at once */
  readonly notBefore?: Date | string | undefined;
  /**
   * Fails the generation with `expired`, and refunds it, if no attempt has started within this time: milliseconds, counted
   * from `notBefore`, or from the submit.
   * @default only the model's deadline applies
   */
  readonly expiresAfterMs?: number | undefined;
}

/** One user action, as it was sent. */
export interface Submission<Input> {
  /** `null` for a retry that keeps the input of `retryOf`. */
  readonly input: Input | null;
  /** The generation that it retries; `null` for a new one. */
  readonly retryOf: string | null;
  /** The server accepts it once under this key. */
  readonly idempotencyKey: string;
  /** Epoch milliseconds on this device. */
  readonly submittedAt: number;
}

/** Result of `useGenerate`. */
export interface UseGenerateResult<Input, G extends Generation = Generation> {
  /** Submits. The outcome is in `generation`, `error` and the callbacks. */
  readonly generate: (input: Input, options?: GenerateOptions) => void;
  /** Submits, and resolves when it is accepted. @throws {SafelightError} as a rejection, if it is refused */
  readonly generateAsync: (input: Input, options?: GenerateOptions) => Promise<G>;
  /** The newest version of the generation that was accepted or adopted last; `null` while there is none. */
  readonly generation: G | null;
  /** A submission is in flight. */
  readonly isSubmitting: boolean;
  /** `generation` is not terminal. */
  readonly isActive: boolean;
  /** `generation` was not submitted by this instance, but earlier, or by another component of the same model and scope. */
  readonly isResumed: boolean;
  /** Why the last submission was refused. A generation's own failure is `generation.error`. */
  readonly error: SafelightError | null;
  /**
   * Requests to cancel `generation`, or the submission in flight once it is accepted. `null` if there is neither.
   * @throws {SafelightError} as a rejection, which may be left unhandled
   */
  readonly cancel: () => Promise<G | null>;
  /**
   * Submits the refused submission again, else a new one with the input of `generation`. `input` replaces fields of it.
   * `null` if there is neither.
   * @throws {SafelightError} as a rejection, which may be left unhandled
   */
  readonly retry: (options?: { readonly input?: Partial<Input> | undefined }) => Promise<G | null>;
  /** Shows no generation any more, and follows none. A generation in progress continues. */
  readonly reset: () => void;
  /** The last submission of the model and scope that this instance sent or followed; `null` if there was none. */
  readonly submission: Submission<Input> | null;
  /** How changes reach the page. */
  readonly connection: Connection;
}
