import { withSetupCode } from "../../ports/setup-error.js";
import { createWorkerContexts } from "../context/worker-contexts.js";
import type { WorkerDeps } from "../context/worker-deps.js";
import { type EndRequest, RequestScopedWorker } from "./request-scoped-worker.js";
import type { Worker } from "./worker.js";

/** The worker of hosts without a long-lived process. */
export interface RequestWorker extends Worker {
  /** Always true: requests do the work. */
  readonly isStarted: true;
  /** Works until the returned function is called. */
  beginRequest(): EndRequest;
}

/** Builds a worker that works during requests only. After `stop` it stays stopped. */
export function createRequestWorker(deps: WorkerDeps): RequestWorker {
  const { clock, concurrency, drainMs } = deps;
  const contexts = createWorkerContexts(deps);
  const active = new Set<RequestScopedWorker>();
  let stopping: Promise<void> | null = null;

  const addScoped = (): RequestScopedWorker => {
    const scoped = new RequestScopedWorker(contexts.create(), concurrency);
    active.add(scoped);
    return scoped;
  };
  /** After `stop`, each task finds its worker draining. */
  const run = async <Result>(task: (scoped: RequestScopedWorker) => Promise<Result>): Promise<Result> => {
    const scoped = addScoped();
    if (stopping !== null) void scoped.drain();
    return task(scoped).finally(() => active.delete(scoped));
  };
  const drain = async (): Promise<void> => {
    const cancelTimer = clock.setTimer(drainMs, () => {
      contexts.end();
      for (const scoped of active) scoped.abort();
    });
    await Promise.all([...active].map((scoped) => scoped.drain()));
    cancelTimer();
    contexts.end();
  };

  return {
    isStarted: true,
    start: () => {
      throw withSetupCode(
        "option_invalid",
        new Error('worker.start() is for long-lived processes; with worker.mode "request", requests do its work.'),
      );
    },
    stop: () => {
      stopping ??= drain();
      return stopping;
    },
    tick: () => run((scoped) => scoped.tick()),
    advance: (id) => run((scoped) => scoped.advance(id)),
    sweep: (limit) => run((scoped) => scoped.sweep(limit)),
    beginRequest: () => {
      if (stopping !== null) return async () => {};
      const scoped = addScoped();
      const end = scoped.begin();
      return (how) => end(how).finally(() => active.delete(scoped));
    },
  };
}
