/** Notifies listeners. */
export interface Emitter<Event> {
  emit(event: Event): void;
  /** Adds a listener until the returned function is called. */
  readonly subscribe: (listener: (event: Event) => void) => () => void;
}

export function createEmitter<Event>(): Emitter<Event> {
  const listeners = new Set<(event: Event) => void>();
  return {
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
