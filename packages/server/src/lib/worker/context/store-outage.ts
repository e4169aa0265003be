import { errorLine } from "../../ports/error-text.js";
import type { Logger } from "../../ports/logger.js";

/** Tracks whether the store is available, so that an outage is one log line, and its end another. */
export class StoreOutage {
  readonly #logger: Logger;
  #isOut = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Call it when a command failed. */
  report(error: unknown): void {
    if (this.#isOut) return;
    this.#isOut = true;
    this.#logger.warn("The store is unavailable; retrying.", { error: errorLine(error) });
  }

  /** Call it when a command succeeded. */
  end(): void {
    if (!this.#isOut) return;
    this.#isOut = false;
    this.#logger.info("The store is available again.");
  }
}
