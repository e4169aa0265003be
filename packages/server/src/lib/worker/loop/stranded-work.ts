import type { WorkerContext } from "../context/worker-context.js";
import { unservedAfterMs } from "../context/worker-memory.js";
import { topicsOf } from "../outbox/drain-outbox.js";

/** Interval between two checks. */
const intervalMs = 600_000;
/** Outbox items of one commit. */
const batch = 100;

/**
 * Detects generations of models that this worker does not have. Nothing else reports that a model with pending
 * generations was removed.
 */
export class StrandedWork {
  readonly #context: Pick<WorkerContext, "announcer" | "clock" | "logger" | "memory" | "models" | "store">;

  constructor(context: Pick<WorkerContext, "announcer" | "clock" | "logger" | "memory" | "models" | "store">) {
    this.#context = context;
  }

  /**
   * Checks at most once per interval, logs a warning about unserved models, and drops outbox items that no worker
   * claimed.
   */
  async look(): Promise<void> {
    const { clock, logger, memory, models, store } = this.#context;
    if (clock.now() < memory.unservedCheckAt) return;
    memory.unservedCheckAt = clock.now() + intervalMs;
    const waiting = await store.unservedModels({ forMs: unservedAfterMs });
    const stranded = waiting.filter((model) => !Object.hasOwn(models, model));
    if (stranded.length > 0) {
      logger.warn("Generations are waiting for models that no running worker serves.", { models: stranded.join(", ") });
    }
    await this.#dropUnclaimed();
  }

  async #dropUnclaimed(): Promise<void> {
    const { announcer, logger, models, store } = this.#context;
    const known = { models: Object.keys(models), topics: topicsOf(announcer) };
    const counts: Record<string, number> = {};
    for (let isMore = true; isMore; ) {
      const topics = await store.dropUnclaimedOutbox({ ...known, limit: batch });
      for (const topic of topics) counts[topic] = (counts[topic] ?? 0) + 1;
      isMore = topics.length === batch;
    }
    if (Object.keys(counts).length === 0) return;
    logger.warn("Dropped outbox items that no worker claimed: their model, hook or webhook was removed.", counts);
  }
}
