import type { GenerationRecord } from "../../generation/generation-record.js";
import type { ModelDefinitions } from "../../model/define-model.js";
import { gateLimitsOf } from "../../model/gate-limits.js";
import type { Logger } from "../../ports/logger.js";
import type { Store } from "../../ports/store/store.js";

/**
 * Age from which an unclaimed generation is reported, in milliseconds. In production a worker of another process may be at
 * capacity. In development the likely cause is a worker that was never started.
 */
const maxUnclaimedMs = { development: 10_000, production: 60_000 };

/** Logs a warning when submitted generations stay unclaimed. A missing worker causes no error, so nothing else reports it. */
export interface UnclaimedJobWarning {
  /**
   * Checks generations that a request has read for its response, and remembers one that is not claimed yet. Never rejects.
   *
   * @param now epoch milliseconds.
   */
  check(generations: readonly GenerationRecord[], now: number): Promise<void>;
  /**
   * Reads the owner's generations again once the remembered one has waited too long. For requests that stay open without a
   * change, such as streams. Costs at most one read in that time for all of them.
   *
   * @param now epoch milliseconds.
   */
  recheck(now: number): Promise<void>;
}

/**
 * Creates the check. It warns once per process, and not while a worker elsewhere holds a generation of the same model.
 *
 * @param options.environment `NODE_ENV`.
 * @param options.isWorking whether a worker of this process is running: a waiting generation then waits for a free slot.
 */
export function createUnclaimedJobWarning(options: {
  readonly logger: Logger;
  readonly store: Pick<Store, "listActive" | "unservedModels">;
  /** The models of this process. */
  readonly models: ModelDefinitions;
  readonly isWorking: () => boolean;
  readonly environment: string | undefined;
}): UnclaimedJobWarning {
  const { environment, logger, models, store, isWorking } = options;
  const maxMs = maxUnclaimedMs[environment === "production" ? "production" : "development"];
  const isLate = (generation: GenerationRecord, now: number): boolean => now - startsAt(generation) >= maxMs;
  let hasWarned = false;
  let unclaimed: GenerationRecord | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  const limits = gateLimitsOf(models);

  const check: UnclaimedJobWarning["check"] = async (generations, now) => {
    if (hasWarned || isWorking()) return;
    const oldest = oldestUnclaimed(generations);
    if (oldest === null) return;
    unclaimed ??= oldest;
    if (!isLate(oldest, now) || Math.abs(now - readAt) < maxMs) return;
    readAt = now;
    // It may wait at a full gate, or for a slot of a worker elsewhere. A failed read must not fail the request.
    const unserved = await store.unservedModels({ forMs: maxMs, limits }).catch((): readonly string[] => []);
    if (hasWarned || !unserved.includes(oldest.model)) return;
    hasWarned = true;
    logger.warn(Object.hasOwn(models, oldest.model) ? missingWorker(maxMs) : missingModel(maxMs), {
      event: "generation.unclaimed",
      generationId: oldest.id,
      model: oldest.model,
      waitingForMs: now - oldest.createdAt,
    });
  };

  return {
    check,
    recheck: async (now) => {
      if (hasWarned || unclaimed === null || !isLate(unclaimed, now)) return;
      const { ownerId } = unclaimed;
      unclaimed = null;
      // A failed read must not end the stream that caused it.
      const list = await store
        .listActive({ ownerId, scope: null, activeLimit: 20, unseenLimit: 0, unseenForMs: 0, maxUnseenCount: 0 })
        .catch(() => null);
      if (list !== null) await check(list.active, list.now);
    },
  };
}

function missingWorker(maxMs: number): string {
  return (
    `No worker has claimed a generation for ${maxMs / 1_000} s. Call \`safelight.worker.start()\` in a long-lived process, or set ` +
    '`worker.mode` to "request" if you have no such process. Running workers may not know the model.'
  );
}

function missingModel(maxMs: number): string {
  return (
    `No worker has claimed a generation for ${maxMs / 1_000} s, and this process does not have its model. Add the model with ` +
    "`retired: true` to a worker, so that its generations end."
  );
}

/** When a worker may first claim it. */
function startsAt({ createdAt, notBefore }: GenerationRecord): number {
  return Math.max(createdAt, notBefore ?? 0);
}

function oldestUnclaimed(generations: readonly GenerationRecord[]): GenerationRecord | null {
  const unclaimed = generations.filter(({ state, epoch }) => state === "queued" && epoch === 0);
  return unclaimed.sort((one, other) => startsAt(one) - startsAt(other))[0] ?? null;
}
