import type { ProviderCapabilities, SubmitOutcome, SubmitProgress } from "../src/lib/ports/provider.js";
import type { Store } from "../src/lib/ports/store/store.js";
import type { WorkerDeps } from "../src/lib/worker/context/worker-deps.js";
import { done, scriptedProvider } from "./fakes/scripted-provider.js";
import { heldCall } from "./held-call.js";
import type { WorkerBench } from "./worker-bench.js";

/** A provider whose `submit` blocks until the test resolves it, and reports the progress that the test passes. */
export function blockingCall(capabilities: Partial<ProviderCapabilities> = {}) {
  const response = heldCall<SubmitOutcome>();
  const provider = scriptedProvider({
    capabilities: { resumable: false, progress: true, ...capabilities },
    submit: [response.line],
  });
  return {
    provider,
    response,
    reportProgress: (progress: SubmitProgress) => provider.submits[0]?.onProgress(progress),
    /** Submits a generation, and resolves when a worker has sent the paid request. */
    async begin(given: WorkerBench, change: Partial<WorkerDeps> = {}) {
      const id = await given.submit();
      const worker = given.addWorker({ store: given.store, ...change });
      const step = worker.tick();
      await response.called;
      return {
        id,
        worker,
        /** Resolves the paid request with one image, and returns the generation after the worker's step. */
        finish: async () => {
          response.resolve({ type: "done", outputs: done().outputs });
          await step;
          return given.generation(id);
        },
      };
    },
  };
}

/** Real time, generous for a busy machine: `sharp` scales images in its own threads. */
const timeoutMs = 10_000;

/**
 * Runs pending work until a condition is true. The bench's clock stands still.
 *
 * @throws after 10 seconds.
 */
export async function until(given: WorkerBench, condition: () => Promise<boolean>): Promise<void> {
  const timesOutAt = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > timesOutAt) throw new Error(`The condition was not met within ${timeoutMs} ms.`);
    await given.clock.advance(0);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** The store with one command replaced. */
export function withCommand<Name extends keyof Store>(store: Store, name: Name, command: Store[Name]): Store {
  return new Proxy(store, { get: (target, key: keyof Store) => (key === name ? command : target[key]) });
}

/** A store whose first `recordProgress` waits until the test resolves `held`. `sent` lists the values of all calls. */
export function holdingProgress(store: Store) {
  const held = heldCall<null>();
  const sent: (number | null)[] = [];
  return {
    held,
    sent,
    store: withCommand(store, "recordProgress", async (command) => {
      sent.push(command.progress.value);
      if (sent.length === 1) await held.run();
      return store.recordProgress(command);
    }),
  };
}
