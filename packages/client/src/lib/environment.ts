import type { Peers } from "./watching/peers.js";

/** The runtime as a client uses it. Injected, so that tests control time, randomness and network. */
export interface Environment {
  /** Epoch milliseconds, by the device's clock, which may be set. */
  now(): number;
  /** Milliseconds of a monotonic clock, for durations. */
  ticks(): number;
  /** From 0 to below 1. */
  random(): number;
  /**
   * Calls back once after `ms` milliseconds, unless the returned function is called before. A delay above 2³¹ − 1
   * milliseconds (25 days) is shortened to that.
   */
  schedule(callback: () => void, ms: number): () => void;
  /** `false` only if the device reports that it has no network. */
  isOnline(): boolean;
  /** `true` only if there is a page and it is hidden. */
  isHidden(): boolean;
  /** Whether the server can hold a request: the device is not offline, and the page is not hidden. */
  isOpen(): boolean;
  /**
   * Calls back when `isOnline` or `isHidden` may have changed, and on `notifyResponse`, until the returned function is
   * called.
   */
  onChange(listener: () => void): () => void;
  /** Notifies `onChange` listeners that the server has responded to a command: a POST or DELETE request. */
  notifyResponse(): void;
  /** Injected by tests. `null`: the other tabs of the browser, else the other calls of the client. */
  readonly peers: Peers | null;
}

/** `setTimeout` fires at once above this delay. */
const maxTimerMs = 2 ** 31 - 1;

const responseEvent = "safelight";
const changes = ["online", "offline", "visibilitychange", responseEvent];

/** The environment of a browser, React Native or a server. */
export function createEnvironment(): Environment {
  // Node has a `navigator` without `onLine`; React Native has neither events nor a document.
  const here: Partial<typeof globalThis> = globalThis;
  const isOnline = () => here.navigator?.onLine !== false;
  const isHidden = () => here.document?.visibilityState === "hidden";
  return {
    now: () => Date.now(),
    ticks: () => performance.now(),
    random: () => Math.random(),
    schedule: (callback, ms) => {
      // Node warns about negative delays.
      const timer = setTimeout(callback, Math.min(Math.max(ms, 0), maxTimerMs));
      return () => clearTimeout(timer);
    },
    isOnline,
    isHidden,
    isOpen: () => isOnline() && !isHidden(),
    onChange: (listener) => {
      for (const change of changes) here.addEventListener?.(change, listener);
      return () => {
        for (const change of changes) here.removeEventListener?.(change, listener);
      };
    },
    notifyResponse: () => here.dispatchEvent?.(new Event(responseEvent)),
    peers: null,
  };
}
