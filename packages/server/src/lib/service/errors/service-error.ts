import { type ProblemCode, type ProblemExtensions, problems } from "@safelight/client/contract";

const marker = Symbol.for("safelight.ServiceError");

/** Optional facts of an error. */
export interface ServiceErrorOptions extends ProblemExtensions {
  readonly cause?: unknown;
  /** Time until a retry may succeed, in milliseconds; becomes `Retry-After`. */
  readonly retryAfterMs?: number;
  /** Further response headers, such as `RateLimit`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal by the service. `code` is a problem code of the contract; `message` may be shown to the caller. */
export class ServiceError extends Error {
  readonly [marker] = true;
  override readonly name = "ServiceError";
  readonly code: ProblemCode;
  readonly extensions: ProblemExtensions;
  /** Time until a retry may succeed, in milliseconds; `null` if unknown. */
  readonly retryAfterMs: number | null;
  readonly headers: Readonly<Record<string, string>>;

  // biome-ignore lint/complexity/useMaxParams: the parameters of `Error`, after the code
  constructor(code: ProblemCode, message: string = problems[code].title, options: ServiceErrorOptions = {}) {
    const { cause, retryAfterMs, headers, ...extensions } = options;
    super(message, { cause });
    this.code = code;
    this.extensions = extensions;
    this.retryAfterMs = retryAfterMs ?? null;
    this.headers = headers ?? {};
  }

  /** HTTP status of the code, for the response of a route of the host. */
  get status(): number {
    return problems[this.code].status ?? 500;
  }

  /** Recognizes the error across copies of the package. */
  static isInstance(error: unknown): error is ServiceError {
    return typeof error === "object" && error !== null && marker in error;
  }
}
