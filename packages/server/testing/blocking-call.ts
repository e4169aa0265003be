import type { ProviderCapabilities, SubmitOutcome, SubmitProgress } from "../src/lib/ports/provider.js";
import type { Store } from "../src/lib/ports/store/store.js";
import type { WorkerDeps } from "../src/lib/worker/context/worker-deps.js";
import { done, scriptedProvider } from "./fakes/scripted-provider.js";
import { heldAnswer } from "./held-answer.js";
import type { WorkerBench } from "./worker-bench.js";

/** A provider that blocks until the test says so, and what it says meanwhile. */
export function blockingCall(capabilities: Partial<ProviderCapabilities> = {}) {
  const reply = heldAnswer<SubmitOutcome>();
  const provider = scriptedProvider({
    capabilities: { resumable: false, progress: true, ...capabilities },
    submit: [reply.line],
  });
  return {
    provider,
    reply,
    tell: (news: SubmitProgress) => provider.submits[0]?.onProgress(news),
    /** Submits, and lets a worker send the paid request. */
    async begin(given: WorkerBench, change: Partial<WorkerDeps> = {}) {
      const id = await given.submit();
      const worker = given.addWorker({ store: given.store, ...change });
      const step = worker.tick();
      await reply.asked;
      return {
        id,
        worker,
        /** The provider answers; gives the generation as it is then. */
        finish: async () => {
          reply.resolve({ type: "done", outputs: done().outputs });
          await step;
          return given.generation(id);
        },
      };
    },
  };
}

/** How long that may take on a machine with other things to do: pictures are made small in threads of their own. */
const longestMs = 10_000;

/** Lets what is under way come to where something holds; the bench's time stands still. */
export async function until(given: WorkerBench, isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + longestMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error("It did not come to that.");
    await given.clock.advance(0);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** The same store, but for one command. */
export function withCommand<Name extends keyof Store>(store: Store, name: Name, command: Store[Name]): Store {
  return new Proxy(store, { get: (target, asked: keyof Store) => (asked === name ? command : target[asked]) });
}

/** A store whose first `recordProgress` waits for the test; `sent` has what each was to tell. */
export function holdingProgress(store: Store) {
  const held = heldAnswer<null>();
  const sent: (number | null)[] = [];
  return {
    held,
    sent,
    store: withCommand(store, "recordProgress", async (command) => {
      sent.push(command.progress.value);
      if (sent.length === 1) await held.line({ signal: AbortSignal.abort() });
      return store.recordProgress(command);
    }),
  };
}
