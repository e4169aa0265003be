import type { EventBus } from "../ports/event-bus.js";
import { processChannel } from "../process/process-channel.js";

/**
 * An event bus within this process.
 *
 * @param identity of the store: publishers and subscribers of one store share channels, also across two copies of the
 * package.
 */
export function inProcessEventBus({ identity }: { readonly identity: string }): EventBus {
  const channelOf = (id: string) => processChannel<void>(`hint:${identity}:${id}`);
  return {
    hint: (ids) => {
      for (const id of new Set(ids)) channelOf(id).publish();
    },
    onHint: (id, listener) => channelOf(id).subscribe(() => listener()),
  };
}
