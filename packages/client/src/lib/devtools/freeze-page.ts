/** Simulates a page that the browser has frozen. */
export interface FrozenPage {
  readonly isFrozen: boolean;
  /**
   * Holds the timers that the page starts from then on, and emits the `freeze` event of the browser. A leader then releases
   * its connection. Has no effect on a frozen page.
   */
  freeze(): void;
  /** Emits the `resume` event of the browser, then runs the held timers. Has no effect on a page that is not frozen. */
  resume(): void;
  /** Resolves once the page is not frozen. */
  resumed(): Promise<void>;
}

/** Names of the global functions that start timers. */
const timers = ["setTimeout", "setInterval"] as const;

/** Creates a page that is not frozen. Timers that the page started before `freeze` still fire. */
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
