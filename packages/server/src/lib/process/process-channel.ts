import { processMap } from "./process-map.js";

/** A publish/subscribe channel within one process. */
export interface ProcessChannel<Message> {
  /** Calls all current subscribers; never throws. */
  publish(message: Message): void;
  /** @returns a function that unsubscribes. */
  subscribe(listener: (message: Message) => void): () => void;
}

/**
 * Opens a channel that all copies of this package in the process share by its name. Frameworks load a module twice
 * (once for routes, once for instrumentation), so shared state cannot live in a module.
 *
 * @param name the same name must always carry the same type of message.
 */
export function processChannel<Message>(name: string): ProcessChannel<Message> {
  const channels = () => processMap<Set<(message: Message) => void>>("channels");
  return {
    publish: (message) => {
      for (const listener of [...(channels().get(name) ?? [])]) {
        try {
          listener(message);
        } catch {
          // Messages are hints: a subscriber's error does not concern the publisher.
        }
      }
    },
    subscribe: (listener) => {
      const listeners = channels().get(name) ?? new Set();
      channels().set(name, listeners);
      // A function that subscribes twice has two subscriptions.
      const own = (message: Message): void => listener(message);
      listeners.add(own);
      return () => {
        listeners.delete(own);
        if (listeners.size === 0 && channels().get(name) === listeners) channels().delete(name);
      };
    },
  };
}
