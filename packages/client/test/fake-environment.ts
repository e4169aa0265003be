import type { Environment } from "../src/lib/environment.js";
import type { Peers } from "../src/lib/watching/peers.js";

interface Timer {
  readonly at: number;
  readonly ms: number;
  readonly callback: () => void;
}

/** An environment whose time, randomness, network and page the test controls. */
export class FakeEnvironment implements Environment {
  #now = 1_800_000_000_000;
  #ticks = 0;
  #online = true;
  #hidden = false;
  readonly #timers = new Set<Timer>();
  readonly #listeners = new Set<() => void>();
  readonly #awaited: { readonly ms: number; readonly found: (timer: Timer) => void }[] = [];
  /** Return value of `random`. 0.5 halves a backoff, and leaves a jittered delay unchanged. */
  chance = 0.5;
  /** `null` unless a test sets it. */
  peers: Peers | null = null;

  readonly now = (): number => this.#now;
  readonly ticks = (): number => this.#ticks;
  readonly random = (): number => this.chance;
  readonly isOnline = (): boolean => this.#online;
  readonly isHidden = (): boolean => this.#hidden;
  readonly isOpen = (): boolean => this.#online && !this.#hidden;

  readonly schedule = (callback: () => void, ms: number): (() => void) => {
    const timer = { at: this.#ticks + ms, ms, callback };
    this.#timers.add(timer);
    const index = this.#awaited.findIndex((one) => one.ms === ms);
    if (index >= 0) this.#awaited.splice(index, 1)[0]?.found(timer);
    return () => this.#timers.delete(timer);
  };

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly notifyResponse = (): void => this.#notify();

  /** Awaits a timer of exactly this delay, advances both clocks to it and fires it. */
  async elapse(ms: number): Promise<void> {
    const timer = await this.timer(ms);
    this.#timers.delete(timer);
    this.skip(Math.max(0, timer.at - this.#ticks));
    timer.callback();
  }

  /** Awaits a timer of exactly this delay. */
  timer(ms: number): Promise<Timer> {
    const set = [...this.#timers].find((timer) => timer.ms === ms);
    return set === undefined ? new Promise((found) => this.#awaited.push({ ms, found })) : Promise.resolve(set);
  }

  /** Advances both clocks without firing timers. */
  skip(ms: number): void {
    this.#now += ms;
    this.#ticks += ms;
  }

  /** Sets the wall clock back, or with a negative time ahead. The monotonic clock does not change. */
  setBack(ms: number): void {
    this.#now -= ms;
  }

  setOnline(online: boolean): void {
    this.#online = online;
    this.#notify();
  }

  setHidden(hidden: boolean): void {
    this.#hidden = hidden;
    this.#notify();
  }

  /** Timers and listeners that were not removed. */
  get leftovers(): { readonly timers: readonly number[]; readonly listeners: number } {
    return { timers: [...this.#timers].map(({ ms }) => ms), listeners: this.#listeners.size };
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** `leftovers` without timers and listeners. */
export const nothingLeft = { timers: [], listeners: 0 };
