import type { Dispatcher } from "../ports/dispatcher.js";

/** The part of BullMQ's `Queue` that the dispatcher uses. */
export interface BullMqQueue {
  add(
    name: string,
    data: { readonly generationId: string },
    options: {
      readonly delay: number;
      readonly deduplication?: { readonly id: string; readonly keepLastIfActive: boolean };
      readonly removeOnComplete: boolean;
      readonly removeOnFail: boolean;
    },
  ): Promise<unknown>;
}

/** Options of {@link bullmqDispatcher}. */
export interface BullMqDispatcherOptions {
  /** A `Queue` of BullMQ 6. */
  readonly queue: BullMqQueue;
  /** Name of the jobs. @default "advance" */
  readonly jobName?: string;
}

/**
 * Delivers generations through BullMQ, on Redis. Needs a `Worker` of BullMQ that calls `worker.advance`, and a schedule
 * for `worker.sweep`. A job that is not delivered is found by the sweep, so jobs need no attempts.
 *
 * @example
 * ```ts
 * const queue = new Queue("safelight", { connection });
 * const safelight = createSafelight({ dispatcher: bullmqDispatcher({ queue }), … });
 * new Worker("safelight", (job) => safelight.worker.advance(job.data.generationId), { connection, concurrency: 16 });
 * ```
 */
export function bullmqDispatcher({ jobName = "advance", queue }: BullMqDispatcherOptions): Dispatcher {
  return {
    enqueue: async ({ generationId, dueInMs }) => {
      // Work of no generation is left to the sweep.
      if (generationId === null) return;
      await queue.add(
        jobName,
        { generationId },
        {
          delay: Math.ceil(dueInMs),
          removeOnComplete: true,
          removeOnFail: true,
          // One waiting delivery is enough, so repeated sweeps add no jobs. A wake during the delivery is kept for the next
          // one. A later delivery has a time of its own.
          ...(dueInMs <= 0 && { deduplication: { id: generationId, keepLastIfActive: true } }),
        },
      );
    },
  };
}
