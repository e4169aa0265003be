import type { Clock } from "../ports/clock.js";
import { joinWorkerGroup, type WorkerCopy } from "../process/worker-group.js";
import type { LoopWorker } from "../worker/loop/create-worker.js";

/** Options of {@link replaceableWorker}. */
export interface ReplaceableWorkerOptions extends Pick<WorkerCopy, "models" | "readDatabaseId"> {
  /** Creates a worker; called again for each run, since a drained worker stays stopped. */
  readonly create: () => LoopWorker;
  readonly clock: Clock;
  /** As in {@link joinWorkerGroup}. */
  readonly key: string;
  /** Called when the worker has drained for another copy. */
  readonly onRetired: () => void;
}

/**
 * A worker that hands over to the newest copy of the host's module. Once any copy is started, the newest runs until every
 * started copy is stopped.
 */
export function replaceableWorker({
  clock,
  create,
  key,
  models,
  onRetired,
  readDatabaseId,
}: ReplaceableWorkerOptions): LoopWorker {
  let worker = create();
  let stopping: Promise<void> | null = null;
  const retiring = new Set<LoopWorker>();

  const retire = async (): Promise<void> => {
    const retired = worker;
    worker = create();
    retiring.add(retired);
    await retired.retire().finally(() => retiring.delete(retired));
    onRetired();
  };
  const copy: WorkerCopy = {
    models,
    readDatabaseId,
    run: () => worker.start(),
    retire,
    stopRetiring: async () => {
      await Promise.all([...retiring].map((retired) => retired.stop()));
    },
  };
  const membership = joinWorkerGroup({ clock, copy, key });

  return {
    get isStarted() {
      return membership.isWorking;
    },
    start: () => {
      if (stopping === null) membership.start();
    },
    stop: () => {
      stopping ??= Promise.all([membership.leave(), worker.stop(), copy.stopRetiring()]).then(() => {});
      return stopping;
    },
    retire,
    tick: () => worker.tick(),
    advance: (id) => worker.advance(id),
    sweep: (limit) => worker.sweep(limit),
  };
}
