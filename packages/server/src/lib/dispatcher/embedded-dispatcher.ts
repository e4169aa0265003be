import type { Dispatcher } from "../ports/dispatcher.js";
import { processChannel } from "../process/process-channel.js";

/**
 * Wakes the workers of this process, and no other. It carries only what is due at once: for what is due later, a worker
 * that works on the rows themselves keeps its own time.
 *
 * @param identity of the store: workers on the same one wake each other, also across two copies of the package.
 */
export function embeddedDispatcher({ identity }: { readonly identity: string }): Dispatcher {
  const channel = processChannel<string | null>(`wake:${identity}`);
  return {
    enqueue: ({ generationId, dueInMs }) => {
      if (dueInMs <= 0) channel.publish(generationId);
    },
    onWake: (handler) => channel.subscribe(handler),
  };
}
