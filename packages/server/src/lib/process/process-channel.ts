import { processMap } from "./process-map.js";

/** A way for parts of one process to tell each other something. */
export interface ProcessChannel<Message> {
  /** Tells everybody who listens now; never throws. */
  publish(message: Message): void;
  /** @returns a function that stops listening. */
  subscribe(listener: (message: Message) => void): () => void;
}

/**
 * Opens a channel that every copy of this package in the process finds by its name. Frameworks load a module twice (once
 * for routes, once for instrumentation), so what they must agree on cannot live in a module.
 *
 * @param name the same name must always carry the same kind of message.
 */
export function processChannel<Message>(name: string): ProcessChannel<Message> {
  const channels = () => processMap<Set<(message: Message) => void>>("channels");
  return {
    publish: (message) => {
      for (const listener of [...(channels().get(name) ?? [])]) {
        try {
          listener(message);
        } catch {
          // A channel carries hints. What a listener makes of one is no concern of the one who gave it.
        }
      }
    },
    subscribe: (listener) => {
      const listeners = channels().get(name) ?? new Set();
      channels().set(name, listeners);
      // Two subscriptions of one function are two subscriptions.
      const own = (message: Message): void => listener(message);
      listeners.add(own);
      return () => {
        listeners.delete(own);
        if (listeners.size === 0 && channels().get(name) === listeners) channels().delete(name);
      };
    },
  };
}
