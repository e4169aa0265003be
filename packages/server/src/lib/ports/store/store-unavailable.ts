const marker = Symbol.for("safelight.StoreUnavailable");

/** The database could not be reached or stayed busy. Nothing is known about the command: send the same one again. */
export class StoreUnavailable extends Error {
  readonly [marker] = true;
  override readonly name = "StoreUnavailable";
  /** When a repeat is worth it, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(message: string, options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs ?? 1_000;
  }

  /** Recognises the error across copies of the package. */
  static isInstance(error: unknown): error is StoreUnavailable {
    return typeof error === "object" && error !== null && marker in error;
  }
}
