import type { HeldLock, Peers } from "./peers.js";

/** The pages of this browser; `null` where they cannot hear of each other, such as without a secure context. */
export function browserPeers(): Peers | null {
  // Node has locks and channels too, over threads that are nobody's pages.
  const { document, navigator, BroadcastChannel: Channel }: Partial<typeof globalThis> = globalThis;
  // The declarations know of secure contexts alone.
  const locks = navigator?.locks as LockManager | undefined;
  if (!document || !locks || !Channel) return null;
  return {
    lock: (name, { steal, signal }) =>
      new Promise((resolve) => {
        const lost = new AbortController();
        let isHeld = false;
        const hold = () =>
          new Promise<void>((release) => {
            isHeld = true;
            resolve({ lost: lost.signal, release } satisfies HeldLock);
          });
        // The two do not go together; what is stolen is had at once.
        locks.request(name, steal ? { steal } : { signal }, hold).catch(() => {
          if (isHeld) return lost.abort();
          // A page that is given no locks, such as in a sandboxed frame, hears the server alone.
          resolve(signal.aborted ? null : { lost: lost.signal, release: () => {} });
        });
      }),
    join: (name, listener) => {
      try {
        const channel = new Channel(name);
        channel.onmessage = ({ data }) => listener(data);
        return { post: (message) => channel.postMessage(message), close: () => channel.close() };
      } catch {
        return { post: () => {}, close: () => {} };
      }
    },
    onSleep: (listener) => {
      const [sleep, wake] = [() => listener(true), () => listener(false)];
      // A page that holds a lock or a channel is not kept for going back to it.
      addEventListener("pagehide", sleep);
      addEventListener("pageshow", wake);
      document.addEventListener("freeze", sleep);
      document.addEventListener("resume", wake);
      return () => {
        removeEventListener("pagehide", sleep);
        removeEventListener("pageshow", wake);
        document.removeEventListener("freeze", sleep);
        document.removeEventListener("resume", wake);
      };
    },
  };
}
