import type { EventBus } from "../ports/event-bus.js";
import { processChannel } from "../process/process-channel.js";

/**
 * An event bus within this process.
 *
 * @param identity of the store: publishers and subscribers of one store share a channel, also across two copies of the
 * package.
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
