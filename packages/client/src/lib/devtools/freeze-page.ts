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

/** Creates a page that is not frozen. Timers that the page started before `freeze` still fire. */
export function createFrozenPage(): FrozenPage {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  const starts = { setTimeout, setInterval };
  const clears = { clearTimeout, clearInterval };
  /** The timers that are due, by their id: an interval that is due several times runs once, as in a browser. */
  const held = new Map<unknown, () => void>();
  let isFrozen = false;
  const replaceTimers = () => {
    for (const name of ["setTimeout", "setInterval"] as const) {
      // biome-ignore lint/complexity/useMaxParams: the parameters of the timers
      const heldTimer = (callback: () => void, ms?: number, ...values: unknown[]) => {
        const run = () => (callback as (...values: unknown[]) => void)(...values);
        const id = starts[name].call(globalThis, () => (isFrozen ? held.set(id, run) : run()), ms);
        return id;
      };
      Object.assign(globalThis, { [name]: heldTimer });
    }
    for (const name of ["clearTimeout", "clearInterval"] as const) {
      const clearTimer = (id?: number) => {
        held.delete(id);
        clears[name].call(globalThis, id);
      };
      Object.assign(globalThis, { [name]: clearTimer });
    }
  };
  return {
    get isFrozen() {
      return isFrozen;
    },
    freeze() {
      if (isFrozen) return;
      isFrozen = true;
      replaceTimers();
      document.dispatchEvent(new Event("freeze"));
    },
    resume() {
      if (!isFrozen) return;
      isFrozen = false;
      Object.assign(globalThis, starts);
      document.dispatchEvent(new Event("resume"));
      // Each of them may clear a later one.
      for (const [id, run] of held) {
        held.delete(id);
        run();
      }
      Object.assign(globalThis, clears);
    },
    resumed: () => (isFrozen ? new Promise((resolve) => held.set(resolve, resolve)) : Promise.resolve()),
  };
}
