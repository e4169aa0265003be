import { errorText } from "../../ports/error-text.js";
import type { WorkerContext } from "../context/worker-context.js";

/** The result of one purge. */
export interface Look {
  readonly forgotten: number;
  /** Milliseconds until the next purge. */
  readonly nextInMs: number;
}

/** One kind of row with a retention time. */
export interface Kept {
  /** Subject of log messages, in the plural. */
  readonly name: string;
  /** Purges expired rows. Once the signal is aborted, the remaining rows stay until the next purge. */
  forget(signal: AbortSignal): Promise<Look>;
}

/** Time until the next purge while one is running, and after one has failed. */
const unknownMs = 3_600_000;

/** Purges one kind of row when it is due. The outbox deletes the bytes later. */
export class Retention {
  readonly #context: Pick<WorkerContext, "clock" | "logger" | "memory" | "store">;
  readonly #kept: Kept;

  constructor(context: Pick<WorkerContext, "clock" | "logger" | "memory" | "store">, kept: Kept) {
    this.#context = context;
    this.#kept = kept;
  }

  /** Milliseconds until the next purge; 0 if it is due. */
  get leftMs(): number {
    const { clock, memory } = this.#context;
    return Math.max((memory.retentionAt.get(this.#kept.name) ?? 0) - clock.now(), 0);
  }

  /**
   * Purges if a purge is due and no other call is running one. Never rejects: the next purge retries rows that could
   * not be purged.
   *
   * @param signal once aborted, the remaining rows stay.
   * @returns the number of purged rows, or of their owners if only those are known.
   */
  async forget(signal: AbortSignal): Promise<number> {
    const { clock, logger, memory } = this.#context;
    const { name } = this.#kept;
    if (signal.aborted || this.leftMs > 0) return 0;
    // Plain data instead of a shared promise, because another request may run the purge.
    memory.retentionAt.set(name, clock.now() + unknownMs);
    try {
      const { forgotten, nextInMs } = await this.#kept.forget(signal);
      memory.retentionAt.set(name, clock.now() + nextInMs);
      return forgotten;
    } catch (error) {
      logger.warn(`${name} could not be forgotten yet.`, { error: errorText(error) });
      return 0;
    }
  }
}
