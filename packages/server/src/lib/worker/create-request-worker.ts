import { type EndRequest, RequestScopedWorker } from "./request-scoped-worker.js";
import { sleep } from "./sleep.js";
import type { Worker } from "./worker.js";
import { workerContexts } from "./worker-contexts.js";
import type { WorkerOptions } from "./worker-options.js";

/** The worker of hosts without a long-lived process. */
export interface RequestWorker extends Worker {
  /** Always: requests do its work. */
  readonly isStarted: true;
  /** Works from now on until the returned function is called. */
  beginRequest(): EndRequest;
}

/** Builds a worker that works during requests alone; once stopped, it stays stopped. */
export function createRequestWorker(options: WorkerOptions): RequestWorker {
  const { clock, concurrency, drainMs } = options;
  const contexts = workerContexts(options);
  // Only `stop` waits for them.
  const running = new Set<Promise<unknown>>();
  let stopping: Promise<void> | null = null;

  const createScoped = (): RequestScopedWorker => new RequestScopedWorker(contexts.create(), concurrency);
  const track = <Result>(work: Promise<Result>): Promise<Result> => {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
    return tracked;
  };
  const drain = async (): Promise<void> => {
    contexts.memory.isDraining = true;
    const ended = new AbortController();
    void Promise.allSettled(running).then(() => ended.abort());
    await sleep(clock, drainMs, ended.signal);
    contexts.end();
  };

  return {
    isStarted: true,
    start: () => {
      throw new Error('worker.start() is for long-lived processes; with worker.mode "request", requests do its work.');
    },
    stop: () => {
      stopping ??= drain();
      return stopping;
    },
    tick: () => track(createScoped().tick()),
    beginRequest: () => {
      if (stopping !== null) return async () => {};
      const { end, ended } = createScoped().begin();
      void track(ended);
      return end;
    },
  };
}
