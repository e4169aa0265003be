import { browserPeers } from "./sharing/browser-peers.js";
import type { Peers } from "./sharing/peers.js";

/** What a client needs to know of the place it runs in. Passed in, so that tests own time, chance and network. */
export interface Environment {
  /** Epoch milliseconds. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  /** Calls back once after so many milliseconds, unless the returned function is called before. */
  schedule(callback: () => void, ms: number): () => void;
  /** False only where the device says that it has no network. */
  isOnline(): boolean;
  /** True only where there is a page and nobody sees it. */
  isHidden(): boolean;
  /** Calls back when one of the two may have changed, or the server has answered, until the returned function is called. */
  onChange(listener: () => void): () => void;
  /** Tells that the server has answered what the user did. */
  answered(): void;
  /** The other pages of the browser; `null` where there are none. */
  readonly peers: Peers | null;
}

/** `setTimeout` fires at once beyond this. */
const longestTimerMs = 2 ** 31 - 1;

const answered = "safelight";
const changes = ["online", "offline", "visibilitychange", answered];

/** The environment of a browser, and of whatever has less than a browser. */
export function createEnvironment(): Environment {
  // Node has a `navigator` without `onLine`, React Native has neither events nor a document.
  const here: Partial<typeof globalThis> = globalThis;
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    schedule: (callback, ms) => {
      // What is late already is not in the past: Node warns of that.
      const timer = setTimeout(callback, Math.min(Math.max(ms, 0), longestTimerMs));
      return () => clearTimeout(timer);
    },
    isOnline: () => here.navigator?.onLine !== false,
    isHidden: () => here.document?.visibilityState === "hidden",
    onChange: (listener) => {
      for (const change of changes) here.addEventListener?.(change, listener);
      return () => {
        for (const change of changes) here.removeEventListener?.(change, listener);
      };
    },
    answered: () => here.dispatchEvent?.(new Event(answered)),
    peers: browserPeers(),
  };
}
