import type { Dispatcher } from "../../src/lib/ports/dispatcher.js";

/** A dispatcher that wakes its workers only when the test calls `wake`. */
export function wakeable(): { readonly dispatcher: Dispatcher; wake(): void } {
  const handlers = new Set<(generationId: string | null) => void>();
  return {
    dispatcher: {
      enqueue: () => {},
      onWake: (handler) => {
        handlers.add(handler);
        return () => handlers.delete(handler);
      },
    },
    wake: () => {
      for (const handler of handlers) handler(null);
    },
  };
}
