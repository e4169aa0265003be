import type { Dispatcher, Wake } from "../ports/dispatcher.js";
import { processChannel } from "../process/process-channel.js";

/** A dispatcher that needs no engine. */
export interface EmbeddedDispatcher extends Dispatcher {
  enqueue(wake: Wake): void;
  onWake(handler: (generationId: string | null, dueInMs: number) => void): () => void;
}

/**
 * Wakes the workers of this process only. Publishes later work at once, with its delay: a worker shortens its sleep.
 *
 * @param identity of the store: workers of one store wake each other, also across two copies of the package.
 */
export function embeddedDispatcher({ identity }: { readonly identity: string }): EmbeddedDispatcher {
  const channel = processChannel<Wake>(`wake:${identity}`);
  return {
    enqueue: (wake) => channel.publish(wake),
    onWake: (handler) => channel.subscribe(({ dueInMs, generationId }) => handler(generationId, dueInMs)),
  };
}
