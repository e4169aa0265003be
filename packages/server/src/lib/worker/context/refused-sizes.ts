import { errorLine } from "../../ports/error-text.js";
import { withinTime } from "../../process/within-time.js";
import { dueIn, dueNow, leftUntil } from "./due-time.js";
import type { WorkerDeps } from "./worker-deps.js";
import type { RefusedSize, WorkerMemory } from "./worker-memory.js";

interface SizeDeps extends Pick<WorkerDeps, "clock" | "logger" | "storage" | "tryStorage"> {
  readonly memory: Pick<WorkerMemory, "refusedSizes">;
}

/** An output that the storage has stored or refused. */
interface OutputWrite {
  readonly model: string;
  readonly byteLength: number;
}

/** For objects up to this size, the health of the storage decides, which is that of all models. */
const minTrialBytes = 65_536;
const maxTrialBytes = 64 * 2 ** 20;
const trialIntervalMs = 30_000;
/** Max time for which a model waits. */
const maxClosedMs = 300_000;
/** As long as a check of the storage may take. */
const trialLimitMs = 10_000;

/**
 * Stops the paid requests of a model whose outputs the storage, or the folder of temporary files, refuses for their size, while
 * it accepts smaller objects: a volume that is almost full, or a proxy with a limit. Other models, and uploads of users, do not
 * count.
 *
 * After a failed write, a trial of its size decides, once in half a minute. After five minutes the model continues in any case,
 * because its other outputs may be smaller: a size that is never accepted costs the host some outputs, and not the model its
 * requests for good.
 */
export class RefusedSizes {
  readonly #deps: SizeDeps;

  constructor(deps: SizeDeps) {
    this.#deps = deps;
  }

  /** Remembers an output that was not stored. */
  refused({ model, byteLength }: OutputWrite): void {
    const { clock, memory } = this.#deps;
    if (byteLength <= minTrialBytes) return;
    const opening = dueIn(maxClosedMs, clock.now());
    const known = memory.refusedSizes.get(model) ?? { bytes: 0, nextTrial: dueNow, opening, isLogged: false };
    memory.refusedSizes.set(model, { ...known, bytes: Math.max(known.bytes, Math.min(byteLength, maxTrialBytes)) });
  }

  /** An output of at least the refused size shows that the storage accepts it by now. */
  accepted({ model, byteLength }: OutputWrite): void {
    const known = this.#deps.memory.refusedSizes.get(model);
    if (known !== undefined && byteLength >= known.bytes) this.#open(model, known);
  }

  /** Whether the storage accepts outputs of a model, as far as is known. Never rejects. */
  async accepts(model: string): Promise<boolean> {
    const { clock, memory } = this.#deps;
    const known = memory.refusedSizes.get(model);
    if (known === undefined) return true;
    const now = clock.now();
    if (leftUntil(known.nextTrial, now) > 0) return false;
    // Before the trial, so that the other generations of the model wait for its result.
    const tried = { ...known, nextTrial: dueIn(trialIntervalMs, now) };
    memory.refusedSizes.set(model, tried);
    const error = leftUntil(known.opening, now) === 0 ? null : await this.#errorOfTrial(known.bytes);
    if (error === null) {
      this.#open(model, known);
      return true;
    }
    if (!known.isLogged) this.#logRefusal({ model, byteLength: known.bytes }, error);
    memory.refusedSizes.set(model, { ...tried, isLogged: true });
    return false;
  }

  async #errorOfTrial(bytes: number): Promise<Error | null> {
    const { clock, tryStorage } = this.#deps;
    try {
      const limit = { clock, limitMs: trialLimitMs, what: "A trial of the storage" };
      await withinTime(limit, async () => tryStorage?.(bytes));
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #open(model: string, { isLogged }: RefusedSize): void {
    const { logger, memory, storage } = this.#deps;
    memory.refusedSizes.delete(model);
    if (!isLogged) return;
    logger.info("Paid requests of a model are sent again, whose outputs the storage had refused.", {
      event: "storage.size_recovered",
      storage: storage.id,
      model,
    });
  }

  #logRefusal({ model, byteLength }: OutputWrite, error: Error): void {
    const { logger, storage } = this.#deps;
    logger.error("The storage refuses objects of the size of a model's outputs: its generations wait.", {
      event: "storage.size_refused",
      storage: storage.id,
      model,
      bytes: byteLength,
      error: errorLine(error),
    });
  }
}
