import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import type { Command, Executor, SqlRow } from "../executor/executor.js";

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

const trial: readonly string[] = [
  // Random, because SQLite does not write an unchanged page.
  `INSERT INTO safelight_settings (name, value) VALUES ('write_trial', hex(randomblob(:bytes / 2)))
   ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  "SELECT 1",
];

/**
 * Remembers whether the last write was accepted. Opening a transaction proves nothing: a full disk refuses its pages.
 * Requests share no promise of a trial: on Cloudflare Workers, awaiting another request's promise hangs.
 */
export class WriteHealth {
  readonly #executor: Executor;
  readonly #now: () => number;
  #acceptedAt = Number.NEGATIVE_INFINITY;
  /** Start of the last trial, or the last refusal. */
  #triedAt = Number.NEGATIVE_INFINITY;
  #refusal: StoreUnavailable | null = null;

  /** @param now milliseconds of a monotonic clock. */
  constructor(executor: Executor, now: () => number) {
    this.#executor = executor;
    this.#now = now;
  }

  async write(command: Command): Promise<readonly SqlRow[]> {
    try {
      const rows = await this.#executor.write(command);
      this.#acceptedAt = this.#now();
      this.#refusal = null;
      return rows;
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
   * Tries a write if the last one was refused or is over a minute old, at most once a second. Within that second, other
   * calls get the result of the last write.
   *
   * @throws {StoreUnavailable} while writes are refused.
   */
  async check(): Promise<void> {
    const refusal = this.#refusal;
    const now = this.#now();
    if (refusal === null && now - this.#acceptedAt < freshMs) return;
    if (now - this.#triedAt >= retryMs) {
      this.#triedAt = now;
      await this.write({ statements: trial, args: { bytes: refusal === null ? smallTrialBytes : trialBytes } });
    } else if (refusal !== null) {
      throw refusal;
    }
  }
}
