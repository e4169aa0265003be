const marker = Symbol.for("safelight.StoreUnavailable");

/** The database was unreachable or stayed busy. The outcome of the command is unknown: send the same command again. */
export class StoreUnavailable extends Error {
  readonly [marker] = true;
  override readonly name = "StoreUnavailable";
  /** Suggested delay before a retry, in milliseconds. */
  readonly retryAfterMs: number;
  /** Whether another connection held the write lock; otherwise the database could not be reached or used. */
  readonly isBusy: boolean;
  /** Whether the database refuses writes because it is copied to another one, or has moved. Nothing was written. */
  readonly isFrozen: boolean;

  constructor(
    message: string,
    options: {
      readonly cause?: unknown;
      readonly retryAfterMs?: number;
      readonly isBusy?: boolean;
      readonly isFrozen?: boolean;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs ?? 1_000;
    this.isBusy = options.isBusy ?? false;
    this.isFrozen = options.isFrozen ?? false;
  }

  /** Recognizes the error across copies of the package. */
  static isInstance(error: unknown): error is StoreUnavailable {
    return typeof error === "object" && error !== null && marker in error;
  }
}
