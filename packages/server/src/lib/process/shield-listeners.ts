type Listener = Parameters<AbortSignal["addEventListener"]>[1];

/**
 * Swallows exceptions and rejections of a signal's abort listeners, for a signal that host code receives. Uncaught,
 * they would end the process.
 *
 * @param signal a new one. Its own methods are replaced, so that it stays an `AbortSignal` for `fetch`.
 */
export function shieldListeners(signal: AbortSignal): AbortSignal {
  const add: AbortSignal["addEventListener"] = signal.addEventListener.bind(signal);
  const remove: AbortSignal["removeEventListener"] = signal.removeEventListener.bind(signal);
  const shields = new WeakMap<object, (event: Event) => void>();
  const shieldOf = (listener: Listener): ((event: Event) => void) => {
    const known = shields.get(listener);
    if (known !== undefined) return known;
    const shield = (event: Event): void => callQuietly({ event, listener, signal });
    shields.set(listener, shield);
    return shield;
  };
  let onabort: AbortSignal["onabort"] = null;
  // A separate shield, since the same function may also be a listener.
  const onabortShield = (event: Event): void => {
    if (onabort !== null) callQuietly({ event, listener: onabort, signal });
  };
  return Object.defineProperties(signal, {
    addEventListener: {
      // biome-ignore lint/complexity/useMaxParams: a method of `EventTarget`
      value: (type: string, listener: Listener | null | undefined, options?: AddEventListenerOptions) => {
        if (listener) add(type, shieldOf(listener), options);
      },
    },
    removeEventListener: {
      // biome-ignore lint/complexity/useMaxParams: a method of `EventTarget`
      value: (type: string, listener: Listener | null | undefined, options?: EventListenerOptions) => {
        if (listener) remove(type, shieldOf(listener), options);
      },
    },
    onabort: {
      get: () => onabort,
      set: (listener: AbortSignal["onabort"]) => {
        remove("abort", onabortShield);
        onabort = typeof listener === "function" ? listener : null;
        if (onabort !== null) add("abort", onabortShield);
      },
    },
  });
}

interface ListenerCall {
  readonly event: Event;
  readonly listener: Listener;
  readonly signal: AbortSignal;
}

function callQuietly({ event, listener, signal }: ListenerCall): void {
  try {
    const result: unknown = typeof listener === "function" ? listener.call(signal, event) : listener.handleEvent(event);
    if (result instanceof Promise) result.catch(() => {});
  } catch {
    // The work is already aborted: its listeners' errors have no effect.
  }
}
