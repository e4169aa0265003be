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
  /** What it submits to, and adopts from at the beginning. With another model, what is shown stays. */
  readonly model: Model;
  /**
   * The place it submits from, at most 128 characters, and the only one that it adopts from. With another scope it
   * begins anew.
   * @default none, which is a place of its own
   */
  readonly scope?: string | undefined;
  /**
   * Whether to take up what was begun before this component was mounted: the owner's newest active generation of the
   * model and scope, wherever it was submitted, and a submission that a reload interrupted; and whether to follow what
   * other components submit from the same model and scope.
   * @default true
   */
  readonly resume?: boolean | undefined;
  /**
   * For how long the same input joins the previous submission instead of making another, in milliseconds; longer where
   * that is still on its way. 0 joins none. Where its outcome is not known, the same input is sent under its key.
   * @default 1_000
   */
  readonly doubleSubmitWindowMs?: number | undefined;
  /** What was submitted here is accepted. This and the others run once for each generation of this hook instance. */
  readonly onSubmitted?: ((generation: G) => void) | undefined;
  /** What was submitted or adopted here is completed. */
  readonly onCompleted?: ((generation: Extract<G, CompletedGeneration>) => void) | undefined;
  /** What was submitted or adopted here has failed; its credits were given back as its refund policy says. */
  readonly onFailed?: ((generation: Extract<G, FailedGeneration>) => void) | undefined;
  /** What was submitted or adopted here was canceled. */
  readonly onCanceled?: ((generation: Extract<G, CanceledGeneration>) => void) | undefined;
}

/** What goes along with an input. */
export interface GenerateOptions {
  /** Anything the host wants back with the generation, at most 4 KiB as JSON. */
  readonly metadata?: JsonObject | undefined;
  /** The price the user was shown; another price refuses with `price_changed` instead of charging. */
  readonly expectedCredits?: number | undefined;
}

/** One user action, as it was sent. */
export interface Submission<Input> {
  /** `null` for a retry that keeps the input of `retryOf`. */
  readonly input: Input | null;
  /** The generation that it retries; `null` for a new one. */
  readonly retryOf: string | null;
  /** Under which the server does it once. */
  readonly idempotencyKey: string;
  /** Epoch milliseconds on this device. */
  readonly submittedAt: number;
}

/** What `useGenerate` returns. */
export interface UseGenerateResult<Input, G extends Generation = Generation> {
  /** Submits, and tells the outcome by `generation`, `error` and the callbacks. */
  readonly generate: (input: Input, options?: GenerateOptions) => void;
  /** Submits, and resolves when it is accepted. @throws {SafelightError} as a rejection, when it is refused */
  readonly generateAsync: (input: Input, options?: GenerateOptions) => Promise<G>;
  /** The one that was accepted or adopted last, as it is now; `null` while there is none. */
  readonly generation: G | null;
  /** A submission is on its way. */
  readonly isSubmitting: boolean;
  /** `generation` has not ended. */
  readonly isActive: boolean;
  /** `generation` was not submitted here: it was begun before, or by another component of the same place. */
  readonly isResumed: boolean;
  /** Why the last submission was refused. A generation's own failure is `generation.error`. */
  readonly error: SafelightError | null;
  /**
   * Asks to cancel `generation`, or what is on its way as soon as it is accepted. `null` when there is nothing to cancel.
   * @throws {SafelightError} as a rejection, which may be left unhandled
   */
  readonly cancel: () => Promise<G | null>;
  /**
   * Submits what was refused again, else anew from the input of `generation`; with other fields where given. `null` when
   * there is neither.
   * @throws {SafelightError} as a rejection, which may be left unhandled
   */
  readonly retry: (options?: { readonly input?: Partial<Input> | undefined }) => Promise<G | null>;
  /** Forgets what is shown and stops listening to it. What is in progress goes on. */
  readonly reset: () => void;
  /** The last action of this place, as far as this component took part in it; `null` when there was none. */
  readonly submission: Submission<Input> | null;
  /** How changes reach the page. */
  readonly connection: Connection;
}
