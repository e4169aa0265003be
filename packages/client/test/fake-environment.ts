import type { Environment } from "../src/lib/environment.js";
import type { Peers } from "../src/lib/sharing/peers.js";

interface Timer {
  readonly at: number;
  readonly ms: number;
  readonly callback: () => void;
}

/** An environment whose time, chance, network and page are in the hands of a test. */
export class FakeEnvironment implements Environment {
  #now = 1_800_000_000_000;
  #online = true;
  #hidden = false;
  readonly #timers = new Set<Timer>();
  readonly #listeners = new Set<() => void>();
  readonly #awaited: { readonly ms: number; readonly found: (timer: Timer) => void }[] = [];
  /** What `random` returns: 0.5 makes a backoff half of its longest, and a rest as long as it says. */
  chance = 0.5;
  /** Nobody, unless a test lets some in. */
  peers: Peers | null = null;

  readonly now = (): number => this.#now;
  readonly random = (): number => this.chance;
  readonly isOnline = (): boolean => this.#online;
  readonly isHidden = (): boolean => this.#hidden;

  readonly schedule = (callback: () => void, ms: number): (() => void) => {
    const timer = { at: this.#now + ms, ms, callback };
    this.#timers.add(timer);
    const index = this.#awaited.findIndex((one) => one.ms === ms);
    if (index >= 0) this.#awaited.splice(index, 1)[0]?.found(timer);
    return () => this.#timers.delete(timer);
  };

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly answered = (): void => this.#tell();

  /** Waits until a timer of exactly this length is set, moves time on to its end and lets it ring. */
  async elapse(ms: number): Promise<void> {
    const timer = await this.timer(ms);
    this.#timers.delete(timer);
    this.#now = timer.at;
    timer.callback();
  }

  /** Waits until a timer of exactly this length is set. */
  timer(ms: number): Promise<Timer> {
    const set = [...this.#timers].find((timer) => timer.ms === ms);
    return set === undefined ? new Promise((found) => this.#awaited.push({ ms, found })) : Promise.resolve(set);
  }

  /** Moves time on; nothing rings. */
  skip(ms: number): void {
    this.#now += ms;
  }

  setOnline(online: boolean): void {
    this.#online = online;
    this.#tell();
  }

  setHidden(hidden: boolean): void {
    this.#hidden = hidden;
    this.#tell();
  }

  /** Timers and listeners that nobody took down. */
  get leftovers(): { readonly timers: readonly number[]; readonly listeners: number } {
    return { timers: [...this.#timers].map(({ ms }) => ms), listeners: this.#listeners.size };
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Nothing left behind. */
export const nothingLeft = { timers: [], listeners: 0 };
