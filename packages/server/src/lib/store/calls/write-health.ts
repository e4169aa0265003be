import { StoreUnavailable } from "../../ports/store/store-unavailable.js";

/** In milliseconds. A write that succeeded this recently shows that the database accepts writes. */
const freshMs = 60_000;
/** Min interval of trials by `check` while writes are refused, in milliseconds: anyone may request the health. */
const retryMs = 1_000;
/**
 * Bytes of the trial after a refusal: about the pages that a submit changes. On a full disk that refuses every submit,
 * a smaller trial may still fit into space that the journal already has.
 */
const trialBytes = 65_536;
/** Bytes of any other trial: enough that two trials never write the same value. */
const smallTrialBytes = 32;

/** How to probe a database. */
export interface WriteHealthOptions {
  /** Writes about `bytes` bytes of new random content. */
  readonly tryWrite: (bytes: number) => Promise<unknown>;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/**
 * Remembers whether the database accepts writes. Opening a transaction proves nothing: a full disk refuses its pages.
 * Requests share no promise of a trial: on Cloudflare Workers, awaiting another request's promise hangs.
 */
export class WriteHealth {
  readonly #tryWrite: WriteHealthOptions["tryWrite"];
  readonly #now: () => number;
  #acceptedAt = Number.NEGATIVE_INFINITY;
  /** Start of the last trial, or the last refusal. */
  #triedAt = Number.NEGATIVE_INFINITY;
  #refusal: StoreUnavailable | null = null;
  /** Any failure of the last trial. */
  #failure: unknown = null;

  constructor({ now, tryWrite }: WriteHealthOptions) {
    this.#tryWrite = tryWrite;
    this.#now = now;
  }

  /**
   * Runs a write, and remembers a refusal. Its success clears no earlier refusal: a command may have changed nothing, or
   * fit into space that a larger one does not.
   */
  async run<Result>(write: () => Promise<Result>): Promise<Result> {
    try {
      const result = await write();
      this.#acceptedAt = this.#now();
      return result;
    } catch (error) {
      // Any other error belongs to the command, and does not predict the next one.
      if (StoreUnavailable.isInstance(error)) {
        this.#refusal = error;
        this.#triedAt = this.#now();
      }
      throw error;
    }
  }

  /**
   * Tries a write after a refusal, or if the last write is over a minute old, at most once a second. Within that second,
   * other calls get the result of the last trial or the last refusal. Before the first result, each call tries a write.
   *
   * @throws {StoreUnavailable} while writes are refused.
   */
  async check(): Promise<void> {
    const refusal = this.#refusal;
    const now = this.#now();
    if (refusal === null && now - this.#acceptedAt < freshMs) return;
    const failure = refusal ?? this.#failure;
    const isUnknown = failure === null && this.#acceptedAt === Number.NEGATIVE_INFINITY;
    if (isUnknown || now - this.#triedAt >= retryMs) {
      this.#triedAt = now;
      try {
        await this.run(() => this.#tryWrite(refusal === null ? smallTrialBytes : trialBytes));
      } catch (error) {
        this.#failure = error;
        throw error;
      }
      this.#refusal = null;
      this.#failure = null;
      return;
    }
    if (failure !== null) throw failure;
  }
}
