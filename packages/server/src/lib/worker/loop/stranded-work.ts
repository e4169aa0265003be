import type { WorkerContext } from "../context/worker-context.js";
import { unservedAfterMs } from "../context/worker-memory.js";

/** How often it is looked for. */
const intervalMs = 600_000;

/** Notices work of models that this worker does not have: nothing else tells that one was removed while there was work of it. */
export class StrandedWork {
  readonly #context: Pick<WorkerContext, "clock" | "logger" | "memory" | "models" | "store">;

  constructor(context: Pick<WorkerContext, "clock" | "logger" | "memory" | "models" | "store">) {
    this.#context = context;
  }

  /** Now and then looks, and warns of what nobody takes. */
  async look(): Promise<void> {
    const { clock, logger, memory, models, store } = this.#context;
    if (clock.now() < memory.unservedCheckAt) return;
    memory.unservedCheckAt = clock.now() + intervalMs;
    const waiting = await store.waitingModels({ forMs: unservedAfterMs });
    const stranded = waiting.filter((model) => !Object.hasOwn(models, model));
    if (stranded.length === 0) return;
    logger.warn("Generations are waiting for models that no running worker serves.", {
      models: stranded.join(", "),
    });
  }
}
