/** Listeners by key. */
export class ListenerMap<Key, Message> {
  readonly #listeners = new Map<Key, Set<(message: Message) => void>>();

  /** @returns a function that removes the listener. */
  add(key: Key, listener: (message: Message) => void): () => void {
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners);
    // A function that is added twice is called twice.
    const own = (message: Message): void => listener(message);
    listeners.add(own);
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners) this.#listeners.delete(key);
    };
  }

  /** Never throws: an error of a listener does not concern the publisher. */
  notify(key: Key, message: Message): void {
    for (const listener of [...(this.#listeners.get(key) ?? [])]) {
      try {
        listener(message);
      } catch {
        // A message is a hint.
      }
    }
  }
}
