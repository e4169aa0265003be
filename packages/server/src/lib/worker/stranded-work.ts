import type { WorkerContext } from "./worker-context.js";

/** What has waited for longer is not taken by a worker of this process, nor by another. */
const patienceMs = 60_000;
/** How often it is looked for. */
const intervalMs = 600_000;

/** Notices work of models that this worker does not have: nothing else tells that one was removed while there was work of it. */
export class StrandedWork {
  readonly #context: Pick<WorkerContext, "clock" | "logger" | "models" | "store">;
  #nextAt: number;

  constructor(context: Pick<WorkerContext, "clock" | "logger" | "models" | "store">) {
    this.#context = context;
    this.#nextAt = context.clock.now() + patienceMs;
  }

  /** Now and then looks, and warns of what nobody takes. */
  async look(): Promise<void> {
    const { clock, logger, models, store } = this.#context;
    if (clock.now() < this.#nextAt) return;
    this.#nextAt = clock.now() + intervalMs;
    const waiting = await store.waitingModels({ forMs: patienceMs });
    const stranded = waiting.filter((model) => !Object.hasOwn(models, model));
    if (stranded.length === 0) return;
    logger.warn("There is work of models that this worker does not have, and nobody takes it.", {
      models: stranded.join(", "),
    });
  }
}
