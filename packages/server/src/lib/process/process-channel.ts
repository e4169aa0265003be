const registryKey = Symbol.for("safelight");

/** Everybody in this process who listens, by the channel's name. */
interface Registry {
  readonly channels: Map<string, Set<(message: never) => void>>;
}

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
  return {
    publish: (message) => {
      // The cast holds by the rule on the name: whoever subscribed to it takes this kind of message.
      const listeners = registry().channels.get(name) as Set<(message: Message) => void> | undefined;
      for (const listener of [...(listeners ?? [])]) {
        try {
          listener(message);
        } catch {
          // A channel carries hints. What a listener makes of one is no concern of the one who gave it.
        }
      }
    },
    subscribe: (listener) => {
      const { channels } = registry();
      const listeners = channels.get(name) ?? new Set();
      channels.set(name, listeners);
      // Two subscriptions of one function are two subscriptions.
      const own = (message: Message): void => listener(message);
      listeners.add(own);
      return () => {
        listeners.delete(own);
        if (listeners.size === 0 && channels.get(name) === listeners) channels.delete(name);
      };
    },
  };
}

function registry(): Registry {
  // The cast holds because only this function writes under this symbol.
  const holder = globalThis as { [registryKey]?: Registry };
  holder[registryKey] ??= { channels: new Map() };
  return holder[registryKey];
}
