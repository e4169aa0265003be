import { onAbort } from "../requests/abort.js";
import type { Peers } from "./peers.js";

/** The callers of one client, where it cannot know of any other pages. */
export function localPeers(): Peers {
  // The first of each holds the lock, and is begun; the others wait.
  const queues = new Map<string, (() => void)[]>();
  const rooms = new Map<string, Set<(message: unknown) => void>>();
  return {
    // Nobody here sleeps while others are awake: who would steal is in time when it is their turn.
    lock: (name, { signal }) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(null);
        const queue = queues.get(name) ?? [];
        const release = () => {
          const isHeld = queue[0] === begin;
          if (queue.includes(begin)) queue.splice(queue.indexOf(begin), 1);
          if (queue.length === 0) queues.delete(name);
          else if (isHeld) queue[0]?.();
        };
        const unfollow = onAbort(signal, () => {
          release();
          resolve(null);
        });
        const begin = () => {
          unfollow();
          resolve({ lost: new AbortController().signal, release });
        };
        queues.set(name, queue);
        if (queue.push(begin) === 1) begin();
      }),
    join: (name, listener) => {
      const room = rooms.get(name) ?? new Set();
      rooms.set(name, room.add(listener));
      return {
        post: (message) => {
          for (const other of room) {
            if (other !== listener) queueMicrotask(() => room.has(other) && other(message));
          }
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
