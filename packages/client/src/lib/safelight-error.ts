import { type ProblemCode, type ProblemExtensions, type ProblemIssue, problems } from "./contract/problem.js";

const marker = Symbol.for("safelight.SafelightError");

/** What goes with an error beside its code. */
export interface SafelightErrorOptions extends ProblemExtensions {
  readonly cause?: unknown;
  /** HTTP status of the answer. @default the code's own */
  readonly status?: number;
  /** @default the code's own */
  readonly retryable?: boolean;
  readonly retryAfterMs?: number | null;
  readonly requestId?: string | null;
}

/** Why a call failed. Decide on `code`; `message` may be shown to the user. */
export class SafelightError extends Error {
  readonly [marker] = true;
  override readonly name = "SafelightError";
  readonly code: ProblemCode;
  /** HTTP status of the answer; `null` when there was none. */
  readonly status: number | null;
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean;
  /** With `invalid_input`: what is wrong where; empty with other codes. */
  readonly issues: readonly ProblemIssue[];
  /** How long the server asks to wait, in milliseconds; `null` when it does not say. */
  readonly retryAfterMs: number | null;
  /** Names the request in the server's log; `null` when it was not answered. */
  readonly requestId: string | null;
  /** With `insufficient_credits`: what the generation costs; else `null`. */
  readonly required: number | null;
  /** With `insufficient_credits`: what the account holds; else `null`. */
  readonly available: number | null;
  /** With `too_many_active`: the generations in progress, newest first; empty with other codes. */
  readonly activeIds: readonly string[];
  /** With `price_changed`: the price that holds now; else `null`. */
  readonly credits: number | null;

  constructor(code: ProblemCode, message: string, options: SafelightErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? problems[code].status;
    this.retryable = options.retryable ?? problems[code].retryable;
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
