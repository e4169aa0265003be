import { onAbort } from "../requests/abort.js";
import { firstOf } from "../requests/first-of.js";
import type { Peers } from "./peers.js";

/** The calls of one client, where there are no other tabs to share with. */
export function localPeers(): Peers {
  /** The end of the last work of each name. */
  const turns = new Map<string, Promise<void>>();
  const members = new Set<{ readonly name: string; readonly listener: (message: unknown) => void }>();
  return {
    // `steal` waits, too: the calls of one client cannot freeze one by one.
    // biome-ignore lint/complexity/useMaxParams: as declared
    lock: (name, { signal }, work) =>
      firstOf((resolve) => {
        let isHeld = false;
        const turn = (turns.get(name) ?? Promise.resolve()).then(async () => {
          isHeld = !signal.aborted;
          if (isHeld) await work(signal);
          if (turns.get(name) === turn) turns.delete(name);
          resolve();
        });
        turns.set(name, turn);
        return [onAbort(signal, () => isHeld || resolve())];
      }),
    join: (name, listener) => {
      const self = { name, listener };
      members.add(self);
      return {
        post: (message) => {
          for (const member of members) {
            if (member === self || member.name !== name) continue;
            queueMicrotask(() => members.has(member) && member.listener(message));
          }
        },
        close: () => void members.delete(self),
      };
    },
    onSleep: () => () => {},
  };
}
