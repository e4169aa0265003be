import type { Clock } from "../../ports/clock.js";
import { errorLine } from "../../ports/error-text.js";
import type { Logger } from "../../ports/logger.js";
import { withinTime } from "../../process/within-time.js";
import { type DueTime, dueIn, dueNow, leftUntil } from "./due-time.js";

/** The places that an output must fit into: the storage, and the folder for temporary files. */
export type OutputPlace = "storage" | "TMPDIR";

/** The size of an output that did not fit, and when it is tried next. */
export interface RefusedSize {
  readonly bytes: number;
  readonly nextTrial: DueTime;
  /** From the next trial to the one after it. */
  readonly delayMs: number;
  readonly isLogged: boolean;
}

/** An output that did not fit. */
interface OutputSize {
  readonly model: string;
  readonly byteLength: number;
}

interface SizeBreakerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly place: OutputPlace;
  /** By model: its largest output that did not fit. */
  readonly refused: Map<string, RefusedSize>;
  /** Rejects if the place has no room for that many bytes. @default it always has */
  readonly tryWrite: ((byteLength: number) => Promise<void>) | undefined;
}

/** For objects up to this size, the health of the place decides, which is that of all models. */
const minTrialBytes = 65_536;
/** From the first trial to the second one. Each further delay is twice as long, up to the max. */
const firstDelayMs = 30_000;
const maxDelayMs = 300_000;
/** As long as a check of the storage may take. */
const trialLimitMs = 10_000;

/**
 * Stops the paid requests of a model whose outputs do not fit into a place, while smaller objects do: a volume that is almost
 * full, or a proxy with a limit. Other models, and uploads of users, do not count.
 *
 * After an output that did not fit, a trial of its size decides at once. While it fails, one request is sent after half a
 * minute, and then one after each delay, because other outputs of the model may be smaller: the first that is stored opens
 * the model. So a size that never fits costs the host a few outputs, and one user's large output stops no other user for long.
 */
export class SizeBreaker {
  readonly #options: SizeBreakerOptions;

  constructor(options: SizeBreakerOptions) {
    this.#options = options;
  }

  recordRefusal({ model, byteLength }: OutputSize): void {
    const { refused } = this.#options;
    if (byteLength <= minTrialBytes) return;
    const known = refused.get(model) ?? { bytes: 0, nextTrial: dueNow, delayMs: firstDelayMs, isLogged: false };
    refused.set(model, { ...known, bytes: Math.max(known.bytes, byteLength) });
  }

  /** An output of any size shows that outputs of the model are stored. */
  recordStored(model: string): void {
    if (this.#options.refused.has(model)) this.#reopen(model);
  }

  /** Whether a paid request of the model may be sent now. Runs a trial that is due. Never rejects. */
  async allowsRequest(model: string): Promise<boolean> {
    const { clock, refused } = this.#options;
    const known = refused.get(model);
    if (known === undefined) return true;
    const now = clock.now();
    if (leftUntil(known.nextTrial, now) > 0) return false;
    // Before the trial, so that the other generations of the model wait for its result.
    const delayMs = Math.min(2 * known.delayMs, maxDelayMs);
    refused.set(model, { ...known, nextTrial: dueIn(known.delayMs, now), delayMs });
    const error = await this.#errorOfTrial(known.bytes);
    // Another output may have been stored or refused during the trial.
    const latest = refused.get(model);
    if (latest === undefined) return true;
    if (error === null && latest.bytes <= known.bytes) {
      this.#reopen(model);
      return true;
    }
    if (error !== null && !latest.isLogged) this.#logRefusal({ model, byteLength: known.bytes }, error);
    return known.delayMs > firstDelayMs;
  }

  async #errorOfTrial(byteLength: number): Promise<Error | null> {
    const { clock, place, tryWrite } = this.#options;
    try {
      const limit = { clock, limitMs: trialLimitMs, what: `A trial of the ${place}` };
      await withinTime(limit, async () => tryWrite?.(byteLength));
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #reopen(model: string): void {
    const { logger, place, refused } = this.#options;
    const isLogged = refused.get(model)?.isLogged;
    refused.delete(model);
    if (isLogged)
      logger.info("Outputs of the model are stored again: its paid requests are sent.", {
        event: "output.size_accepted",
        place,
        model,
      });
  }

  #logRefusal({ model, byteLength }: OutputSize, error: Error): void {
    const { logger, place, refused } = this.#options;
    const known = refused.get(model);
    if (known !== undefined) refused.set(model, { ...known, isLogged: true });
    logger.error("Outputs of this size do not fit: the generations of the model wait.", {
      event: "output.size_refused",
      place,
      model,
      bytes: byteLength,
      error: errorLine(error),
    });
  }
}
