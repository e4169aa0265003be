import type { Dispatcher, Wake } from "../ports/dispatcher.js";
import { processChannel } from "../process/process-channel.js";

/** A dispatcher that needs no engine. */
export interface EmbeddedDispatcher extends Dispatcher {
  enqueue(wake: Wake): void;
  onWake(handler: (generationId: string | null) => void): () => void;
}

/**
 * Wakes the workers of this process only. Publishes only work that is due now: a worker that reads the rows schedules
 * later work itself.
 *
 * @param identity of the store: workers of one store wake each other, also across two copies of the package.
 */
export function embeddedDispatcher({ identity }: { readonly identity: string }): EmbeddedDispatcher {
  const channel = processChannel<string | null>(`wake:${identity}`);
  return {
    enqueue: ({ generationId, dueInMs }) => {
      if (dueInMs <= 0) channel.publish(generationId);
    },
    onWake: (handler) => channel.subscribe(handler),
  };
}
