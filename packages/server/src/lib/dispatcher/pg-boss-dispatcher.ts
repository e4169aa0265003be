import type { Dispatcher } from "../ports/dispatcher.js";

/** The part of `PgBoss` that the dispatcher uses. */
export interface PgBossSender {
  send(
    name: string,
    data: { readonly generationId: string },
    options: { readonly startAfter?: number; readonly singletonKey?: string; readonly retryLimit: number },
  ): Promise<unknown>;
}

/** Options of {@link pgBossDispatcher}. */
export interface PgBossDispatcherOptions {
  /** A started `PgBoss`. */
  readonly boss: PgBossSender;
  /** A queue that the host has created, with the policy `"short"`. @default "safelight" */
  readonly queue?: string;
}

/**
 * Delivers generations through pg-boss, on Postgres. Needs a `work` that calls `worker.advance`, and a schedule for
 * `worker.sweep`. Delays are whole seconds. A job that is not delivered is found by the sweep, so jobs need no retries.
 *
 * @example
 * ```ts
 * await boss.createQueue("safelight", { policy: "short" });
 * const safelight = createSafelight({ dispatcher: pgBossDispatcher({ boss }), … });
 * // Each `work` runs one generation at a time.
 * for (let count = 0; count < 16; count += 1) {
 *   await boss.work("safelight", { batchSize: 1 }, async ([job]) => void (await safelight.worker.advance(job.data.generationId)));
 * }
 * ```
 */
export function pgBossDispatcher({ boss, queue = "safelight" }: PgBossDispatcherOptions): Dispatcher {
  return {
    minDelayMs: 1_000,
    enqueue: async ({ generationId, dueInMs }) => {
      // Work of no generation is left to the sweep.
      if (generationId === null) return;
      const seconds = Math.ceil(dueInMs / 1_000);
      const options = { retryLimit: 0, singletonKey: generationId };
      // The policy keeps one waiting job for each key. A later delivery must not hide one that is due now.
      const later = { startAfter: seconds, singletonKey: `${generationId}:${crypto.randomUUID()}` };
      await boss.send(queue, { generationId }, seconds <= 0 ? options : { ...options, ...later });
    },
  };
}
