import type { EventBus } from "../ports/event-bus.js";
import { processChannel } from "../process/process-channel.js";

/**
 * Carries hints within this process, and no further.
 *
 * @param identity of the store: those who write and those who watch the same one hear each other, also across two copies
 * of the package.
 */
export function inProcessEventBus({ identity }: { readonly identity: string }): EventBus {
  const channel = processChannel<string>(`hint:${identity}`);
  return {
    hint: (ids) => {
      for (const id of new Set(ids)) channel.publish(id);
    },
    onHint: (listener) => channel.subscribe(listener),
  };
}
