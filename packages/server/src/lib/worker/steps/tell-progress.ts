import type { GenerationRecord } from "../../generation/generation-record.js";
import { errorText } from "../../ports/error-text.js";
import type { Provider, SubmitProgress } from "../../ports/provider.js";
import type { Step } from "../context/step.js";
import { storePreview } from "../outputs/store-preview.js";
import { nextProgress, progressIntervalMs } from "./next-progress.js";
import { parseSubmitProgress } from "./provider-answers.js";

/** Reports the progress of one paid request to the owner. */
export interface ProgressTeller {
  /** For the provider: returns at once and never throws. */
  readonly onProgress: (news: SubmitProgress) => void;
  /** The response arrived, or the step was interrupted: no further write begins. */
  stop(): void;
}

/**
 * Persists progress of a blocking call: at most one write a second, one at a time, latest wins. The step never waits
 * for a write. A write in flight when the response arrives may still commit until the outcome is recorded. After that,
 * the store rejects it and deletes its preview. Best effort: a crash leaves the attempt as if no progress had been
 * reported.
 *
 * @param step from the intent on.
 */
export function tellProgress(step: Step, { capabilities }: Pick<Provider<unknown>, "capabilities">): ProgressTeller {
  // An accepted job is polled, and its polls report the progress.
  return capabilities.resumable ? { onProgress: () => {}, stop: () => {} } : new Teller(step);
}

/** The progress that was last recorded. */
type Told = Pick<GenerationRecord, "progress" | "progressAt" | "progressSource" | "queuePosition" | "preview">;

class Teller implements ProgressTeller {
  readonly #step: Step;
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;
  #told: Told;
  #waiting: SubmitProgress | null = null;
  #isWriting = false;
  #previews = 0;
  #cancelTimer: () => void = () => {};

  constructor(step: Step) {
    const { claim, lease } = step;
    this.#step = step;
    this.#told = claim.generation;
    this.#signal = AbortSignal.any([this.#over.signal, lease.signal]);
  }

  readonly onProgress = (news: SubmitProgress): void => {
    try {
      const { progress, preview = this.#waiting?.preview } = parseSubmitProgress(news);
      this.#waiting = { progress: progress ?? this.#waiting?.progress ?? null, ...(preview && { preview }) };
      this.#begin();
    } catch (error) {
      this.#note(error);
    }
  };

  stop(): void {
    this.#over.abort(new Error("The call is over."));
    this.#cancelTimer();
  }

  /** The database's time, estimated from the claim. */
  get #now(): number {
    return this.#step.claim.now + this.#step.lease.heldForMs;
  }

  #begin(): void {
    if (this.#waiting === null || this.#isWriting || this.#signal.aborted) return;
    const { context } = this.#step;
    const { progressAt } = this.#told;
    const leftMs = progressAt === null ? 0 : progressAt + progressIntervalMs - this.#now;
    this.#cancelTimer();
    if (leftMs > 0) {
      this.#cancelTimer = context.clock.setTimer(leftMs, () => this.#begin());
      return;
    }
    const news = this.#waiting;
    this.#waiting = null;
    this.#isWriting = true;
    const writing = this.#write(news)
      .catch((error: unknown) => this.#note(error))
      .finally(() => {
        this.#isWriting = false;
        this.#begin();
      });
    // The drain waits for this write.
    void context.lateRecords.track(writing);
  }

  async #write({ preview, progress }: SubmitProgress): Promise<void> {
    const status = { type: "running", progress } as const;
    const news = nextProgress({
      status,
      generation: this.#told,
      now: this.#now,
      hasPreview: preview !== undefined,
    });
    if (news === null) return;
    const stored = preview === undefined ? null : await this.#store(preview);
    if (stored === null && news.value === null) return;
    const isApplied = await this.#step.writer.until(this.#signal).recordProgress({ ...news, preview: stored });
    if (!isApplied) return this.stop();
    this.#told = {
      progress: news.value ?? this.#told.progress,
      progressAt: this.#now,
      progressSource: news.source,
      queuePosition: news.queuePosition,
      preview: stored ?? this.#told.preview,
    };
  }

  #store(preview: NonNullable<SubmitProgress["preview"]>) {
    this.#previews += 1;
    const { epoch } = this.#step.claim.generation;
    return storePreview(this.#step, preview, {
      recorded: this.#told.preview,
      name: `preview-${epoch}-${this.#previews}`,
      signal: this.#signal,
    });
  }

  #note(error: unknown): void {
    if (this.#signal.aborted) return;
    const { claim, context } = this.#step;
    context.logger.warn("Could not record progress.", { generationId: claim.generation.id, error: errorText(error) });
  }
}
