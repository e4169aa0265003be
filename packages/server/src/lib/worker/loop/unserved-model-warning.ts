import { dueIn, leftUntil } from "../context/due-time.js";
import type { WorkerContext } from "../context/worker-context.js";
import { unservedAfterMs } from "../context/worker-memory.js";
import { topicsOf } from "../outbox/drain-outbox.js";

/** The parts of a worker's context that the check needs. */
type CheckContext = Pick<
  WorkerContext,
  "announcer" | "clock" | "hostCredits" | "limits" | "logger" | "memory" | "models" | "store"
>;

/** Interval between two checks. */
const intervalMs = 600_000;
/** Outbox items of one commit. */
const batchSize = 100;

/**
 * Detects generations of models that this worker does not have. Nothing else reports that a model with pending
 * generations was removed.
 */
export class UnservedModelWarning {
  readonly #context: CheckContext;

  constructor(context: CheckContext) {
    this.#context = context;
  }

  /** Checks at most once per interval, and logs a warning about models that this worker does not have. Calls `dropUnclaimed`, too. */
  async check(): Promise<void> {
    const { clock, limits, logger, memory, models, store } = this.#context;
    await this.dropUnclaimed();
    if (leftUntil(memory.nextUnservedCheck, clock.now()) > 0) return;
    memory.nextUnservedCheck = dueIn(intervalMs, clock.now());
    const waiting = await store.unservedModels({ forMs: unservedAfterMs, limits });
    const unserved = waiting.filter((model) => !Object.hasOwn(models, model));
    if (unserved.length > 0) {
      logger.warn("This worker does not have the models of generations that have waited over a minute.", {
        event: "model.unserved",
        models: unserved.join(", "),
      });
    }
  }

  /**
   * Drops the outbox items that no worker claimed, at most once per interval. They are at least a day overdue, so that
   * a process needs no time to start: a host may run a process for each tick.
   */
  async dropUnclaimed(): Promise<void> {
    const { clock, logger, memory, models, store } = this.#context;
    if (leftUntil(memory.nextUnclaimedDrop, clock.now()) > 0) return;
    memory.nextUnclaimedDrop = dueIn(intervalMs, clock.now());
    const known = { models: Object.keys(models), topics: topicsOf(this.#context) };
    const counts: Record<string, number> = {};
    for (let isMore = true; isMore; ) {
      const topics = await store.dropUnclaimedOutbox({ ...known, limit: batchSize });
      for (const topic of topics) counts[topic] = (counts[topic] ?? 0) + 1;
      isMore = topics.length === batchSize;
    }
    if (Object.keys(counts).length === 0) return;
    logger.warn("Dropped outbox items that no worker claimed: their model, hook or webhook was removed.", {
      event: "outbox.dropped",
      ...counts,
    });
  }
}
