import type { ProblemCode, ProblemExtensions, ProblemIssue } from "../contract/problem.js";

/** Codes that are retryable unless the server states otherwise. The client creates them itself, or from the status of a proxy. */
const retryableCodes = /^(network|timeout|rate_limited|unavailable)$/;
const marker = Symbol.for("safelight.SafelightError");

/** Details of an error in addition to its code. */
export interface SafelightErrorOptions extends ProblemExtensions {
  readonly cause?: unknown;
  /** Status of the response; `null` without one. */
  readonly status?: number | null;
  /** @default true for `network`, `timeout`, `rate_limited` and `unavailable` */
  readonly retryable?: boolean;
  /** Time until a retry may succeed, in milliseconds; `null` if unknown. */
  readonly retryAfterMs?: number | null;
  /** For the logs of the server; `null` without a response. */
  readonly requestId?: string | null;
}

/** Details that an error has without options. */
const noDetails: Record<keyof Omit<SafelightErrorOptions, "cause" | "retryable">, null | readonly never[]> = {
  status: null,
  issues: [],
  retryAfterMs: null,
  requestId: null,
  required: null,
  available: null,
  activeIds: [],
  credits: null,
};

/** Error of a failed call. Branch on `code`, also to choose the text for the user; `message` is for developers. */
export class SafelightError extends Error {
  readonly [marker] = true;
  override readonly name = "SafelightError";
  // Declared only: the constructor sets the fields, so they need no initializers.
  declare readonly code: ProblemCode;
  /** HTTP status of the response; `null` without a response. */
  declare readonly status: number | null;
  /** Whether the same call may succeed later without a change. */
  declare readonly retryable: boolean;
  /** With `invalid_input`: the problems and their paths; empty with other codes. */
  declare readonly issues: readonly ProblemIssue[];
  /** Delay that the server requests, in milliseconds; `null` without one. */
  declare readonly retryAfterMs: number | null;
  /** Identifies the request in the server's log; `null` without a response. */
  declare readonly requestId: string | null;
  /** With `insufficient_credits`: the price of the generation; else `null`. */
  declare readonly required: number | null;
  /** With `insufficient_credits`: the balance; else `null`. */
  declare readonly available: number | null;
  /** With `too_many_active`: the active generations, newest first; empty with other codes. */
  declare readonly activeIds: readonly string[];
  /** With `price_changed`: the current price; else `null`. */
  declare readonly credits: number | null;
  /** Attempts of the same call before this error, 0 to 2. Their outcome is unknown: the server may have accepted one. */
  readonly earlierAttempts: number = 0;

  // biome-ignore lint/complexity/useMaxParams: the parameters of `Error`, after the code
  constructor(code: ProblemCode, message: string, options: SafelightErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? retryableCodes.test(code);
    // The names above, all of which are fields. Only these: a response may have members of another API.
    for (const name of Object.keys(noDetails) as (keyof typeof noDetails)[]) {
      Object.assign(this, { [name]: options[name] ?? noDetails[name] });
    }
  }

  /** Recognizes the error across copies of the package. */
  static isInstance(error: unknown): error is SafelightError {
    // Any member of any value may be read, except of `null` and `undefined`.
    return (error as Partial<SafelightError> | null | undefined)?.[marker] === true;
  }
}

/** Whether the server, or a proxy in front of it, refused the request with a 4xx status. */
export function isClientError({ status }: SafelightError): boolean {
  return /^4/.test(`${status}`);
}
