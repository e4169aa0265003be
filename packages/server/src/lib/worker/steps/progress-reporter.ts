import type { GenerationRecord } from "../../generation/generation-record.js";
import { errorText } from "../../ports/error-text.js";
import type { SubmitProgress } from "../../ports/provider.js";
import { storePreview } from "../outputs/store-preview.js";
import { nextProgress, progressIntervalMs } from "./next-progress.js";
import { parseSubmitProgress } from "./parse-provider-result.js";
import type { PaidStep } from "./step.js";

/** Records the progress of one paid request for the owner. */
export interface ProgressReporter {
  /** For the provider: returns at once and never throws. */
  readonly onProgress: (update: SubmitProgress) => void;
  /** Call it when the response arrived or the step was interrupted: no further write begins. */
  stop(): void;
}

/**
 * Persists progress of a blocking call: at most one write a second, one at a time, latest wins. The step never waits
 * for a write. A write in flight when the response arrives may still commit until the outcome is recorded. After that,
 * the store rejects it and deletes its preview. Best effort: a crash leaves the attempt as if no progress had been
 * reported.
 */
export function createProgressReporter(step: PaidStep): ProgressReporter {
  // An accepted job is polled, and its polls report the progress.
  const { resumable } = step.provider.capabilities;
  return resumable ? { onProgress: () => {}, stop: () => {} } : new BlockingCallReporter(step);
}

/** The progress that was last recorded. */
type RecordedProgress = Pick<
  GenerationRecord,
  "progress" | "progressAt" | "progressSource" | "queuePosition" | "preview"
>;

class BlockingCallReporter implements ProgressReporter {
  readonly #step: PaidStep;
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;
  #recorded: RecordedProgress;
  #pending: SubmitProgress | null = null;
  #isWriting = false;
  #previewCount = 0;
  #cancelTimer: () => void = () => {};

  constructor(step: PaidStep) {
    const { claim, lease } = step;
    this.#step = step;
    this.#recorded = claim.generation;
    this.#signal = AbortSignal.any([this.#ended.signal, lease.signal]);
  }

  readonly onProgress = (update: SubmitProgress): void => {
    try {
      const { progress, ...reported } = parseSubmitProgress(update);
      const preview = this.#step.model?.previews === false ? undefined : (reported.preview ?? this.#pending?.preview);
      this.#pending = { progress: progress ?? this.#pending?.progress ?? null, ...(preview && { preview }) };
      this.#writePending();
    } catch (error) {
      this.#warn(error);
    }
  };

  stop(): void {
    this.#ended.abort(new Error("The call has ended."));
    this.#cancelTimer();
  }

  /** The database's time, estimated from the claim. */
  get #now(): number {
    return this.#step.claim.now + this.#step.lease.heldForMs;
  }

  /** Starts a write, or a timer for it if the last one is too recent. */
  #writePending(): void {
    if (this.#pending === null || this.#isWriting || this.#signal.aborted) return;
    const { context } = this.#step;
    const { progressAt } = this.#recorded;
    const leftMs = progressAt === null ? 0 : progressAt + progressIntervalMs - this.#now;
    this.#cancelTimer();
    if (leftMs > 0) {
      this.#cancelTimer = context.clock.setTimer(leftMs, () => this.#writePending());
      return;
    }
    const update = this.#pending;
    this.#pending = null;
    this.#isWriting = true;
    const writing = this.#write(update)
      .catch((error: unknown) => this.#warn(error))
      .finally(() => {
        this.#isWriting = false;
        this.#writePending();
      });
    // The drain waits for this write.
    void context.lateRecords.track(writing);
  }

  async #write({ preview, progress }: SubmitProgress): Promise<void> {
    const update = nextProgress({
      status: { type: "running", progress },
      generation: this.#recorded,
      now: this.#now,
      hasPreview: preview !== undefined,
    });
    if (update === null) return;
    const stored = preview === undefined ? null : await this.#store(preview);
    if (stored === null && update.value === null) return;
    const isApplied = await this.#step.writer.withSignal(this.#signal).recordProgress({ ...update, preview: stored });
    if (!isApplied) return this.stop();
    this.#recorded = {
      progress: update.value ?? this.#recorded.progress,
      progressAt: this.#now,
      progressSource: update.source,
      queuePosition: update.queuePosition,
      preview: stored ?? this.#recorded.preview,
    };
  }

  #store(preview: NonNullable<SubmitProgress["preview"]>) {
    this.#previewCount += 1;
    const { claim, context } = this.#step;
    const { generation } = claim;
    return storePreview(context, {
      preview,
      generation,
      recorded: this.#recorded.preview,
      name: `preview-${generation.epoch}-${this.#previewCount}`,
      signal: this.#signal,
    });
  }

  #warn(error: unknown): void {
    if (this.#signal.aborted) return;
    const { claim, context } = this.#step;
    context.logger.warn("Could not record progress.", {
      event: "progress.not_recorded",
      generationId: claim.generation.id,
      error: errorText(error),
    });
  }
}
