import type { GenerationRecord } from "../../generation/generation-record.js";
import { errorText } from "../../ports/error-text.js";
import type { Provider, SubmitProgress } from "../../ports/provider.js";
import type { Step } from "../context/step.js";
import { storePreview } from "../outputs/store-preview.js";
import { nextProgress, progressIntervalMs } from "./next-progress.js";
import { parseSubmitProgress } from "./provider-answers.js";

/** Tells the owner how far one paid request is. */
export interface ProgressTeller {
  /** For the provider, which it never troubles: it returns at once and does not throw. */
  readonly onProgress: (news: SubmitProgress) => void;
  /** The reply is there, or nobody waits for it any more: nothing new is begun. */
  stop(): void;
}

/**
 * Writes what a provider says while it blocks: at most once a second, one write at a time, the newest word of all that came
 * meanwhile. Nothing waits for it. What is under way when the reply comes may still be written until that is recorded: the
 * store refuses it afterwards, and takes away the preview that it brought. So a crash at any point leaves the attempt as
 * one that told nothing would: progress is no proof of anything.
 *
 * @param step from the intent on.
 */
export function tellProgress(step: Step, { capabilities }: Pick<Provider<unknown>, "capabilities">): ProgressTeller {
  // A job that is accepted is polled, and says how far it is there.
  return capabilities.resumable ? { onProgress: () => {}, stop: () => {} } : new Teller(step);
}

/** What is known to be told by now. */
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

  /** The database's time, as near as it is known here. */
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
    // The drain waits for it.
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
