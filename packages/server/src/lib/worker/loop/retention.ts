import { errorText } from "../../ports/error-text.js";
import { dueIn, dueNow, leftUntil } from "../context/due-time.js";
import type { WorkerContext } from "../context/worker-context.js";

/** The result of one purge. */
export interface PurgeResult {
  /** Number of purged rows, or of their owners if only those are known. */
  readonly purged: number;
  /** Milliseconds until the next purge. */
  readonly nextInMs: number;
}

/** Deletes expired rows of one kind. */
export interface Purge {
  /** The kind of row for log messages, in the plural. */
  readonly rows: string;
  /** Once the signal is aborted, the remaining rows stay until the next purge. */
  run(signal: AbortSignal): Promise<PurgeResult>;
}

/** The parts of a worker's context that retention needs. */
type RetentionContext = Pick<WorkerContext, "clock" | "logger" | "memory">;

/** Time until the next purge while one is running, and after one has failed. */
const defaultDelayMs = 3_600_000;

/** Purges one kind of row when it is due. The outbox deletes the bytes later. */
export class Retention {
  readonly #context: RetentionContext;
  readonly #purge: Purge;

  constructor(context: RetentionContext, purge: Purge) {
    this.#context = context;
    this.#purge = purge;
  }

  /** Milliseconds until the next purge; 0 if it is due. */
  get leftMs(): number {
    const { clock, memory } = this.#context;
    return leftUntil(memory.nextPurges.get(this.#purge.rows) ?? dueNow, clock.now());
  }

  /**
   * Purges if a purge is due and no other call is running one. Never rejects: the next purge retries rows that could
   * not be purged.
   *
   * @param signal once aborted, the remaining rows stay.
   * @returns the number of purged rows, or of their owners if only those are known.
   */
  async purge(signal: AbortSignal): Promise<number> {
    const { clock, logger, memory } = this.#context;
    const { rows } = this.#purge;
    if (signal.aborted || this.leftMs > 0) return 0;
    // Plain data instead of a shared promise, because another request may run the purge.
    memory.nextPurges.set(rows, dueIn(defaultDelayMs, clock.now()));
    try {
      const { purged, nextInMs } = await this.#purge.run(signal);
      memory.nextPurges.set(rows, dueIn(nextInMs, clock.now()));
      return purged;
    } catch (error) {
      logger.warn(`Could not delete expired ${rows}; retrying in an hour.`, {
        event: "retention.failed",
        error: errorText(error),
      });
      return 0;
    }
  }
}
