import { linkedController } from "../requests/linked-controller.js";
import type { Peers } from "./peers.js";

/** The tabs of this browser; `null` where tabs cannot communicate, for example without a secure context. */
export function browserPeers(): Peers | null {
  // Node has locks and channels, too, but they connect threads.
  const { document, navigator, BroadcastChannel: Channel }: Partial<typeof globalThis> = globalThis;
  // The declarations assume a secure context.
  const locks = navigator?.locks as LockManager | undefined;
  if (!document || !locks || !Channel) return null;
  return {
    // biome-ignore lint/complexity/useMaxParams: the parameters of `LockManager.request`
    lock: async (name, { steal, signal }, work) => {
      if (signal.aborted) return;
      const [controller, unlink] = linkedController(signal);
      let working: Promise<void> | undefined;
      const hold = () => {
        working = work(controller.signal);
        return working;
      };
      try {
        // `steal` cannot be combined with a signal; a stolen lock is granted at once.
        await locks.request(name, steal ? { steal } : { signal: controller.signal }, hold);
      } catch (error) {
        // A page without access to locks, such as a sandboxed frame, is its own leader. A steal rejects with an `AbortError`
        // if another one precedes it.
        if (working === undefined && (error as Error).name !== "AbortError") await hold();
      }
      // A stolen lock rejects while the work goes on.
      controller.abort();
      await working;
      unlink();
    },
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
      // A page that holds a lock or a channel does not enter the back/forward cache.
      const onEvent = ({ type }: Event) => listener(type === "pagehide" || type === "freeze");
      const controller = new AbortController();
      // The document dispatches the last two: the window receives them in the capture phase.
      const options = { capture: true, signal: controller.signal };
      for (const type of ["pagehide", "pageshow", "freeze", "resume"]) addEventListener(type, onEvent, options);
      return () => controller.abort();
    },
  };
}
