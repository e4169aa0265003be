/** The timers and requests of a page that the browser has frozen. */
export interface FrozenPage {
  readonly isFrozen: boolean;
  /** Holds timers that are due, and emits the event of the browser: the page gives its lead to another one. */
  freeze(): void;
  /** Runs the held timers, and emits the event of the browser. */
  resume(): void;
  /** Resolves once the page is not frozen. */
  resumed(): Promise<void>;
}

/** Timers of a page, by the names of their globals. */
const timers = ["setTimeout", "setInterval"] as const;

/** Freezes the timers that the page starts from then on, as a browser freezes a page in the background. */
export function createFrozenPage(): FrozenPage {
  const { setTimeout, setInterval } = globalThis;
  const real = { setTimeout, setInterval };
  let held: (() => void)[] | null = null;
  return {
    get isFrozen() {
      return held !== null;
    },
    freeze() {
      if (held !== null) return;
      held = [];
      for (const name of timers) {
        // biome-ignore lint/complexity/useMaxParams: the parameters of the timers
        const heldTimer = (callback: () => void, ms?: number, ...values: unknown[]) => {
          const run = () => (callback as (...values: unknown[]) => void)(...values);
          return real[name].call(globalThis, () => (held === null ? run() : held.push(run)), ms);
        };
        Object.assign(globalThis, { [name]: heldTimer });
      }
      document.dispatchEvent(new Event("freeze"));
    },
    resume() {
      if (held === null) return;
      const callbacks = held;
      held = null;
      Object.assign(globalThis, real);
      document.dispatchEvent(new Event("resume"));
      for (const callback of callbacks) callback();
    },
    resumed: () => (held === null ? Promise.resolve() : new Promise((resolve) => held?.push(resolve))),
  };
}
