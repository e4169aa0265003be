import { type Child, startChild } from "../frame/servers/child.ts";
import type { HostSettings } from "./host-settings.ts";

/** A time in which no host answered, on the clock of `performance.now()`. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

/** A host that is killed from time to time, and started again at once. */
export class MortalHost {
  readonly outages: Outage[] = [];
  /** Those that have lived so far, this one included. */
  lives = 0;
  readonly #settings: HostSettings;
  #bornAt = 0;
  #child: Child | null = null;

  constructor(settings: HostSettings) {
    this.#settings = settings;
  }

  /** The one that lives; `null` between two. */
  get child(): Child | null {
    return this.#child;
  }

  /** Seconds since the one that lives has answered for the first time. */
  get age(): number {
    return (performance.now() - this.#bornAt) / 1_000;
  }

  async start(): Promise<void> {
    const env = { HOST: JSON.stringify(this.#settings) };
    this.#child = await startChild(new URL("./host-script.ts", import.meta.url), { core: 0, env });
    this.#bornAt = performance.now();
    this.lives += 1;
  }

  async killAndStart(): Promise<void> {
    const from = performance.now();
    await this.stop();
    await this.start();
    this.outages.push({ from, to: performance.now() });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    await child?.stop();
  }
}
