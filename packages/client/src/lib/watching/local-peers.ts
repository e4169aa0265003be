import { onAbort } from "../requests/abort.js";
import type { Peers } from "./peers.js";

/** The calls of one client, where there are no other tabs to share with. */
export function localPeers(): Peers {
  // The first waiter of each queue holds the lock.
  const queues = new Map<string, Set<() => void>>();
  const rooms = new Map<string, Set<(message: unknown) => void>>();
  return {
    // `steal` waits, too: the calls of one client cannot freeze one by one.
    // biome-ignore lint/complexity/useMaxParams: as declared
    lock: (name, { signal }, work) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const queue = entryOf(queues, name);
        let isHeld = false;
        let unsubscribe = () => {};
        const leave = () => {
          unsubscribe();
          queue.delete(begin);
          if (queue.size === 0) queues.delete(name);
          else if (isHeld) [...queue][0]?.();
          resolve();
        };
        const begin = () => {
          isHeld = true;
          void work(signal).finally(leave);
        };
        queue.add(begin);
        if (queue.size === 1) begin();
        unsubscribe = onAbort(signal, () => isHeld || leave());
      }),
    join: (name, listener) => {
      const room = entryOf(rooms, name).add(listener);
      return {
        post: (message) => {
          for (const other of room) if (other !== listener) queueMicrotask(() => room.has(other) && other(message));
        },
        close: () => {
          room.delete(listener);
          if (room.size === 0 && rooms.get(name) === room) rooms.delete(name);
        },
      };
    },
    onSleep: () => () => {},
  };
}

function entryOf<Item>(entries: Map<string, Set<Item>>, name: string): Set<Item> {
  const entry = entries.get(name) ?? new Set();
  entries.set(name, entry);
  return entry;
}
