import { StoreUnavailable } from "../../ports/store-unavailable.js";
import type { Command, Executor, SqlRow } from "./executor.js";

/** A write that succeeded this recently shows that writes are accepted. */
const freshMs = 60_000;
/** While writes are refused, `check` tries one at most this often: anyone may ask for the health. */
const retryMs = 1_000;
/**
 * Bytes of the trial after a refusal: about the pages that a submit changes. A smaller one fits into space that the
 * journal has already, on a disk that refuses every submit.
 */
const trialBytes = 65_536;

const trial: readonly string[] = [
  // Random, because SQLite does not write a page that stays the same.
  `INSERT INTO safelight_settings (name, value) VALUES ('write_trial', hex(randomblob(:bytes / 2)))
   ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  "SELECT 1",
];

/** Remembers whether the last write was accepted. Opening a transaction proves nothing: a full disk refuses its pages. */
export class WriteHealth {
  readonly #executor: Executor;
  readonly #now: () => number;
  #acceptedAt = Number.NEGATIVE_INFINITY;
  #refused: { readonly at: number; readonly error: unknown } | null = null;
  #running: Promise<void> | null = null;

  /** @param now milliseconds of a clock that only moves forwards. */
  constructor(executor: Executor, now: () => number) {
    this.#executor = executor;
    this.#now = now;
  }

  async write(command: Command): Promise<readonly SqlRow[]> {
    try {
      const rows = await this.#executor.write(command);
      this.#acceptedAt = this.#now();
      this.#refused = null;
      return rows;
    } catch (error) {
      // Any other error is the command's own, and says nothing about the next one.
      if (StoreUnavailable.isInstance(error)) this.#refused = { at: this.#now(), error };
      throw error;
    }
  }

  /** @throws {StoreUnavailable} while writes are refused. Tries one where the last was refused, or is long ago. */
  async check(): Promise<void> {
    const refused = this.#refused;
    if (refused === null && this.#now() - this.#acceptedAt < freshMs) return;
    // The last trial, or a command, was refused a moment ago.
    if (refused !== null && this.#now() - refused.at < retryMs) throw refused.error;
    this.#running ??= this.#try(refused === null ? 2 : trialBytes).finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  async #try(bytes: number): Promise<void> {
    await this.write({ statements: trial, args: { bytes } });
  }
}
