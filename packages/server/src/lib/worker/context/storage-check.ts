import { errorLine } from "../../ports/error-text.js";
import { withinTime } from "../../process/within-time.js";
import type { WorkerDeps } from "./worker-deps.js";
import type { WorkerMemory } from "./worker-memory.js";

interface CheckDeps extends Pick<WorkerDeps, "checkStorage" | "clock" | "logger" | "storage"> {
  readonly memory: Pick<WorkerMemory, "storageRefusesWrites">;
}

/** Time limit of a check, in milliseconds. */
const checkLimitMs = 10_000;

/**
 * Checks before each paid request that the storage accepts writes: otherwise the host would pay for outputs that cannot
 * be stored. An outage is one log line, and its end another.
 */
export class StorageCheck {
  readonly #deps: CheckDeps;
  #checking: Promise<boolean> | null = null;

  constructor(deps: CheckDeps) {
    this.#deps = deps;
  }

  /** Never rejects. Concurrent steps share one check. */
  acceptsWrites(): Promise<boolean> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #check(): Promise<boolean> {
    const { checkStorage, clock, logger, memory, storage } = this.#deps;
    try {
      const limit = { clock, limitMs: checkLimitMs, what: "Checking the storage" };
      await withinTime(limit, async () => (checkStorage === undefined ? storage.ping?.() : checkStorage()));
    } catch (error) {
      if (!memory.storageRefusesWrites) {
        logger.error("The storage refuses writes: generations wait, and no paid request is sent.", {
          event: "storage.unavailable",
          storage: storage.id,
          error: errorLine(error),
        });
      }
      memory.storageRefusesWrites = true;
      return false;
    }
    if (memory.storageRefusesWrites)
      logger.info("The storage accepts writes again.", { event: "storage.recovered", storage: storage.id });
    memory.storageRefusesWrites = false;
    return true;
  }
}
