type Listener = Parameters<AbortSignal["addEventListener"]>[1];

/**
 * Makes the abort listeners of a signal harmless, for a signal that host code gets. An exception or a rejection of an abort
 * listener has no caller to catch it and would end the process. It is ignored here: the work under the signal was given up.
 *
 * @param signal a fresh one. Its own methods are replaced, so that it stays an `AbortSignal` for `fetch`.
 */
export function shieldListeners(signal: AbortSignal): AbortSignal {
  const add: AbortSignal["addEventListener"] = signal.addEventListener.bind(signal);
  const remove: AbortSignal["removeEventListener"] = signal.removeEventListener.bind(signal);
  const shields = new WeakMap<object, (event: Event) => void>();
  const shieldOf = (listener: Listener): ((event: Event) => void) => {
    const known = shields.get(listener);
    if (known !== undefined) return known;
    const shield = (event: Event): void => callQuietly(signal, listener, event);
    shields.set(listener, shield);
    return shield;
  };
  let onabort: AbortSignal["onabort"] = null;
  return Object.defineProperties(signal, {
    addEventListener: {
      value: (type: string, listener: Listener | null, options?: AddEventListenerOptions) => {
        if (listener !== null) add(type, shieldOf(listener), options);
      },
    },
    removeEventListener: {
      value: (type: string, listener: Listener | null, options?: EventListenerOptions) => {
        if (listener !== null) remove(type, shieldOf(listener), options);
      },
    },
    onabort: {
      get: () => onabort,
      set: (listener: AbortSignal["onabort"]) => {
        if (onabort !== null) remove("abort", shieldOf(onabort));
        onabort = typeof listener === "function" ? listener : null;
        if (onabort !== null) add("abort", shieldOf(onabort));
      },
    },
  });
}

function callQuietly(signal: AbortSignal, listener: Listener, event: Event): void {
  try {
    const answer: unknown = typeof listener === "function" ? listener.call(signal, event) : listener.handleEvent(event);
    if (answer instanceof Promise) answer.catch(() => {});
  } catch {
    // Of no consequence for work that was given up.
  }
}
