import type { ProblemCode, ProblemExtensions, ProblemIssue } from "../contract/problem.js";
import { isRetryable } from "./problem-codes.js";

const marker = Symbol.for("safelight.SafelightError");

/** What goes with an error beside its code. */
export interface SafelightErrorOptions extends ProblemExtensions {
  readonly cause?: unknown;
  readonly status?: number | null;
  /** @default the code's own */
  readonly retryable?: boolean;
  readonly retryAfterMs?: number | null;
  readonly requestId?: string | null;
}

/** Why a call failed. Decide on `code`, also on what the user reads: the `message` is for whoever looks for the reason. */
export class SafelightError extends Error {
  readonly [marker] = true;
  override readonly name = "SafelightError";
  // Declared only: fields that the constructor sets need no code of their own.
  declare readonly code: ProblemCode;
  /** HTTP status of the answer; `null` when there was none. */
  declare readonly status: number | null;
  /** Whether the same call may succeed later without a change. */
  declare readonly retryable: boolean;
  /** With `invalid_input`: what is wrong where; empty with other codes. */
  declare readonly issues: readonly ProblemIssue[];
  /** How long the server asks to wait, in milliseconds; `null` when it does not say. */
  declare readonly retryAfterMs: number | null;
  /** Names the request in the server's log; `null` when it was not answered. */
  declare readonly requestId: string | null;
  /** With `insufficient_credits`: what the generation costs; else `null`. */
  declare readonly required: number | null;
  /** With `insufficient_credits`: what the account holds; else `null`. */
  declare readonly available: number | null;
  /** With `too_many_active`: the generations in progress, newest first; empty with other codes. */
  declare readonly activeIds: readonly string[];
  /** With `price_changed`: the price that holds now; else `null`. */
  declare readonly credits: number | null;

  constructor(code: ProblemCode, message: string, options: SafelightErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? null;
    this.retryable = options.retryable ?? isRetryable(code);
    this.issues = options.issues ?? [];
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.requestId = options.requestId ?? null;
    this.required = options.required ?? null;
    this.available = options.available ?? null;
    this.activeIds = options.activeIds ?? [];
    this.credits = options.credits ?? null;
  }

  /** Recognises the error across copies of the package. */
  static isInstance(error: unknown): error is SafelightError {
    return typeof error === "object" && error !== null && marker in error;
  }
}

/** Whether the server, or what stands before it, says that the request itself is not to be answered. */
export function isRefusal({ status }: SafelightError): boolean {
  return status !== null && status >= 400 && status < 500;
}
