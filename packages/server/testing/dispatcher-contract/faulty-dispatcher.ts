import type { Dispatcher, Wake } from "../../src/lib/ports/dispatcher.js";
import type { SeededRandom } from "../simulation/seeded-random.js";

/** Probabilities of the faults of one wake, from 0 to 1. */
export interface DeliveryFaults {
  readonly lost: number;
  readonly doubled: number;
  /** Held back for up to 300 ms, so that later wakes overtake it. */
  readonly late: number;
}

const maxLateMs = 300;

/** A dispatcher between a server and an engine that loses, doubles, delays and reorders wakes. */
export class FaultyDispatcher implements Dispatcher {
  readonly #engine: Dispatcher;
  readonly #faults: DeliveryFaults;
  readonly #random: SeededRandom;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;

  constructor(
    engine: Dispatcher,
    { faults, random }: { readonly faults: DeliveryFaults; readonly random: SeededRandom },
  ) {
    this.#engine = engine;
    this.#faults = faults;
    this.#random = random;
    this.minDelayMs = engine.minDelayMs ?? 0;
    this.maxDelayMs = engine.maxDelayMs ?? Number.POSITIVE_INFINITY;
  }

  async enqueue(wake: Wake): Promise<void> {
    const { doubled, late, lost } = this.#faults;
    if (this.#isClosed || this.#random.chance(lost)) return;
    const copies = this.#random.chance(doubled) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (this.#random.chance(late)) this.#enqueueLater(wake);
      else await this.#engine.enqueue(wake);
    }
  }

  /** Drops the wakes that are held back, and all later ones. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #enqueueLater(wake: Wake): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        // Lost with the connection if it fails.
        Promise.resolve(this.#engine.enqueue(wake)).catch(() => {});
      },
      this.#random.between(0, maxLateMs),
    );
    this.#timers.add(timer);
  }
}
