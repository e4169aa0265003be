import type { WorkerContext } from "./worker-context.js";

/** How often it is looked whether there is something to forget. */
const intervalMs = 3_600_000;
/** Pictures of one commit: it keeps others waiting for no longer than a few submits would. */
const batch = 50;

/** Forgets uploaded pictures that no submit has referred to for long. Their bytes follow through the outbox. */
export class InputRetention {
  readonly #context: Pick<WorkerContext, "clock" | "keepInputsMs" | "logger" | "store">;
  #nextAt = Number.NEGATIVE_INFINITY;
  #forgetting: Promise<number> | null = null;

  constructor(context: Pick<WorkerContext, "clock" | "keepInputsMs" | "logger" | "store">) {
    this.#context = context;
  }

  /** Milliseconds until it is worth a look. */
  get leftMs(): number {
    if (this.#context.keepInputsMs === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(this.#nextAt - this.#context.clock.now(), 0);
  }

  /**
   * Forgets what is due, some at a time, if it is worth a look. Never rejects: what could not be forgotten is tried with the
   * next look.
   *
   * @param signal once aborted, the rest stays.
   * @returns how many it forgot.
   */
  forget(signal: AbortSignal): Promise<number> {
    this.#forgetting ??= this.#forget(signal).finally(() => {
      this.#forgetting = null;
    });
    return this.#forgetting;
  }

  /** Waits for what is being forgotten. */
  async settled(): Promise<void> {
    await this.#forgetting;
  }

  async #forget(signal: AbortSignal): Promise<number> {
    const { clock, keepInputsMs, logger, store } = this.#context;
    if (keepInputsMs === undefined || this.leftMs > 0) return 0;
    this.#nextAt = clock.now() + intervalMs;
    let forgotten = 0;
    try {
      for (let isMore = true; isMore && !signal.aborted; ) {
        const count = await store.purgeInputs({ unusedForMs: keepInputsMs, limit: batch });
        forgotten += count;
        isMore = count === batch;
      }
    } catch (error) {
      logger.warn("Uploaded pictures could not be forgotten yet.", { error: String(error) });
    }
    return forgotten;
  }
}
