import { errorLine } from "../../ports/error-text.js";
import type { Logger } from "../../ports/logger.js";

/** Remembers whether the store answers, so that an outage is one line in the log and its end another. */
export class StoreOutage {
  readonly #logger: Logger;
  #isOut = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** A command was not answered. */
  report(error: unknown): void {
    if (this.#isOut) return;
    this.#isOut = true;
    this.#logger.warn("The store does not answer; the worker keeps trying.", { error: errorLine(error) });
  }

  /** A command was answered. */
  end(): void {
    if (!this.#isOut) return;
    this.#isOut = false;
    this.#logger.info("The store answers again.");
  }
}
