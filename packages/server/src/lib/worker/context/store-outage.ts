import type { Clock } from "../../ports/clock.js";
import { errorLine, errorText } from "../../ports/error-text.js";
import type { Logger } from "../../ports/logger.js";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { type DueTime, dueIn, dueNow, leftUntil } from "./due-time.js";

/** Min interval between two log lines about errors that are no outage: the worker retries often. */
const errorIntervalMs = 10_000;

/**
 * Logs failures of store commands. Tracks whether the store is available, so that an outage is one log line, and its
 * end another.
 */
export class StoreOutage {
  readonly #logger: Logger;
  readonly #clock: Pick<Clock, "now">;
  #isOut = false;
  #nextError: DueTime = dueNow;

  constructor({ clock, logger }: { readonly clock: Pick<Clock, "now">; readonly logger: Logger }) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Call it when a command failed. */
  report(error: unknown): void {
    if (!StoreUnavailable.isInstance(error)) {
      this.#logError(error);
    } else if (!this.#isOut) {
      this.#isOut = true;
      this.#logger.warn("The store is unavailable; retrying.", { event: "store.unavailable", error: errorLine(error) });
    }
  }

  /** Call it when a command succeeded. */
  end(): void {
    if (!this.#isOut) return;
    this.#isOut = false;
    this.#logger.info("The store is available again.", { event: "store.recovered" });
  }

  #logError(error: unknown): void {
    const now = this.#clock.now();
    if (leftUntil(this.#nextError, now) > 0) return;
    this.#nextError = dueIn(errorIntervalMs, now);
    this.#logger.error("An operation of the worker failed; retrying.", {
      event: "worker.failed",
      error: errorText(error),
    });
  }
}
