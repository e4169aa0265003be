import type { Dispatcher } from "../ports/dispatcher.js";

/** The part of graphile-worker's `WorkerUtils` that the dispatcher uses. */
export interface GraphileJobs {
  addJob(
    identifier: string,
    payload: { readonly generationId: string },
    spec: {
      readonly runAt?: Date;
      readonly jobKey?: string;
      readonly jobKeyMode?: "preserve_run_at";
      readonly maxAttempts: number;
    },
  ): Promise<unknown>;
}

/** Options of {@link graphileDispatcher}. */
export interface GraphileDispatcherOptions {
  /** Of `makeWorkerUtils`, or a `Runner`. */
  readonly jobs: GraphileJobs;
  /** Name of the task. @default "safelight" */
  readonly task?: string;
  /** Epoch milliseconds of the database's clock, for delays. @default Date.now */
  readonly now?: () => number;
}

/**
 * Delivers generations through graphile-worker, on Postgres. Needs a task that calls `worker.advance`, and a cron item for
 * `worker.sweep`. A job that is not delivered is found by the sweep, so jobs have one attempt.
 *
 * @example
 * ```ts
 * const jobs = await makeWorkerUtils({ pgPool });
 * const safelight = createSafelight({ dispatcher: graphileDispatcher({ jobs }), … });
 * const taskList = {
 *   safelight: async ({ generationId }) => void (await safelight.worker.advance(generationId)),
 *   sweep: async () => void (await safelight.worker.sweep()),
 * };
 * await run({ pgPool, taskList, concurrency: 16, crontab: "* * * * * sweep" });
 * ```
 */
export function graphileDispatcher({
  jobs,
  now = Date.now,
  task = "safelight",
}: GraphileDispatcherOptions): Dispatcher {
  return {
    enqueue: async ({ generationId, dueInMs }) => {
      // Work of no generation is left to the sweep.
      if (generationId === null) return;
      await jobs.addJob(
        task,
        { generationId },
        {
          maxAttempts: 1,
          // One waiting delivery is enough, so repeated sweeps add no jobs, and it keeps its place in the queue. A later
          // delivery has a time of its own.
          ...(dueInMs <= 0
            ? { jobKey: `safelight:${generationId}`, jobKeyMode: "preserve_run_at" as const }
            : { runAt: new Date(now() + Math.ceil(dueInMs)) }),
        },
      );
    },
  };
}
