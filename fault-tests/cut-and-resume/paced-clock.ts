import { createEnvironment, type Environment } from "../../packages/client/src/lib/environment.js";

/** Longest step of the clock, in real milliseconds. */
const stepMs = 25;

/** Options of a paced clock. */
export interface PacedClockOptions {
  /** Speed of the clock while the server is fast. */
  readonly factor: number;
  /** From 0 to below 1, the share of the maximum that each backoff takes. */
  readonly random: () => number;
  /** Sends a request to the server and awaits its response. */
  readonly roundTrip: () => Promise<unknown>;
  /** Waits in real time. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * A clock on which a client's minute takes seconds: thousands of cuts would otherwise wait for backoffs. Each step awaits a
 * response of the server, so a slow machine slows the clock down. Otherwise the requests of the clients would time out
 * before a busy server can respond.
 */
export class PacedClock {
  readonly environment: Environment;
  readonly #options: PacedClockOptions;
  readonly #timers = new Set<Timer>();
  #elapsedMs = 0;
  #jumpedMs = 0;
  #isStopped = false;

  constructor(options: PacedClockOptions) {
    this.#options = options;
    this.environment = {
      ...createEnvironment(),
      ticks: () => this.#elapsedMs + this.#jumpedMs,
      random: options.random,
      schedule: (callback, ms) => {
        const timer = { at: this.#elapsedMs + ms, callback };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
    };
  }

  /** Time since the start, without jumps. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** Advances the ticks at once. Timers that are set keep their time. */
  jump(milliseconds: number): void {
    this.#jumpedMs += milliseconds;
  }

  /** Runs until `stop`. Rejects if a round trip does. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      await Promise.all([this.#options.roundTrip(), this.#options.pause(stepMs)]);
      this.#elapsedMs += stepMs * this.#options.factor;
      for (const timer of [...this.#timers].sort((left, right) => left.at - right.at)) {
        // A callback may have removed it.
        if (timer.at <= this.#elapsedMs && this.#timers.delete(timer)) timer.callback();
      }
    }
  }

  stop(): void {
    this.#isStopped = true;
  }
}
