import { errorText } from "../../ports/error-text.js";
import type { WorkerContext } from "../context/worker-context.js";

/** What a look has come to. */
export interface Look {
  readonly forgotten: number;
  /** Milliseconds until the next one is worth it. */
  readonly nextInMs: number;
}

/** Something that is kept for a time only. */
export interface Kept {
  /** For the log, such as `Uploaded pictures`. */
  readonly name: string;
  /** Looks for what has had its time, and forgets it; once the signal is aborted, the rest stays. */
  forget(signal: AbortSignal): Promise<Look>;
}

/** Until a look is over, and when it has failed, the next one is this far away. */
const unknownMs = 3_600_000;

/** Forgets one kind of thing whenever it is worth a look. Bytes follow through the outbox. */
export class Retention {
  readonly #context: Pick<WorkerContext, "clock" | "logger" | "memory" | "store">;
  readonly #kept: Kept;

  constructor(context: Pick<WorkerContext, "clock" | "logger" | "memory" | "store">, kept: Kept) {
    this.#context = context;
    this.#kept = kept;
  }

  /** Milliseconds until it is worth a look. */
  get leftMs(): number {
    const { clock, memory } = this.#context;
    return Math.max((memory.retentionAt.get(this.#kept.name) ?? 0) - clock.now(), 0);
  }

  /**
   * Forgets what is due, if it is worth a look and no other call is looking. Never rejects: what could not be forgotten
   * is tried with the next one.
   *
   * @param signal once aborted, the rest stays.
   * @returns how many it forgot; by owners, where that is all that is known.
   */
  async forget(signal: AbortSignal): Promise<number> {
    const { clock, logger, memory } = this.#context;
    const { name } = this.#kept;
    if (signal.aborted || this.leftMs > 0) return 0;
    // Plain data instead of a shared promise: another request may be looking.
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
