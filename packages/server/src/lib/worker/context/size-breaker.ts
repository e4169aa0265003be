import type { Clock } from "../../ports/clock.js";
import { errorLine } from "../../ports/error-text.js";
import type { Logger } from "../../ports/logger.js";
import { withinTime } from "../../process/within-time.js";
import { dueIn, dueNow, leftUntil } from "./due-time.js";
import type { RefusedSize } from "./worker-memory.js";

/** The places that an output must fit into: the storage, and the folder for temporary files. */
export type OutputPlace = "storage" | "TMPDIR";

/** An output that was stored, or did not fit. */
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
const trialIntervalMs = 30_000;
/** As long as a check of the storage may take. */
const trialLimitMs = 10_000;
/** Max time for which a model waits. */
const maxClosedMs = 300_000;

/**
 * Stops the paid requests of a model whose outputs do not fit into a place, while smaller objects do: a volume that is almost
 * full, or a proxy with a limit. Other models, and uploads of users, do not count.
 *
 * After an output that did not fit, a trial of its size decides, once in half a minute. After five minutes the model continues
 * in any case, because its other outputs may be smaller: a size that never fits costs the host some outputs, and not the
 * model its requests for good.
 */
export class SizeBreaker {
  readonly #options: SizeBreakerOptions;

  constructor(options: SizeBreakerOptions) {
    this.#options = options;
  }

  recordRefusal({ model, byteLength }: OutputSize): void {
    const { clock, refused } = this.#options;
    if (byteLength <= minTrialBytes) return;
    const reopensAt = dueIn(maxClosedMs, clock.now());
    const known = refused.get(model) ?? { bytes: 0, nextTrial: dueNow, reopensAt, isLogged: false };
    refused.set(model, { ...known, bytes: Math.max(known.bytes, byteLength) });
  }

  /** An output of at least the refused size shows that it fits by now. */
  recordStored({ model, byteLength }: OutputSize): void {
    const known = this.#options.refused.get(model);
    if (known !== undefined && byteLength >= known.bytes) this.#reopen(model, { isAccepted: true });
  }

  /** Whether a paid request of the model may be sent. Runs a trial that is due. Never rejects. */
  async allowsRequest(model: string): Promise<boolean> {
    const { clock, refused } = this.#options;
    const known = refused.get(model);
    if (known === undefined) return true;
    const now = clock.now();
    if (leftUntil(known.reopensAt, now) === 0) {
      this.#reopen(model, { isAccepted: false });
      return true;
    }
    if (leftUntil(known.nextTrial, now) > 0) return false;
    // Before the trial, so that the other generations of the model wait for its result.
    refused.set(model, { ...known, nextTrial: dueIn(trialIntervalMs, now) });
    const error = await this.#errorOfTrial(known.bytes);
    // Another output may have been stored or refused during the trial.
    const latest = refused.get(model);
    if (latest === undefined) return true;
    if (error === null && latest.bytes <= known.bytes) this.#reopen(model, { isAccepted: true });
    else if (error !== null && !latest.isLogged) this.#logRefusal({ model, byteLength: known.bytes }, error);
    return !refused.has(model);
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

  /** @param options.isAccepted false if the time is over, and nothing shows that the size fits. */
  #reopen(model: string, { isAccepted }: { readonly isAccepted: boolean }): void {
    const { logger, place, refused } = this.#options;
    const isLogged = refused.get(model)?.isLogged;
    refused.delete(model);
    if (isLogged)
      logger.info("Paid requests of the model are sent again.", {
        event: "output.size_retried",
        place,
        model,
        isAccepted,
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
