import { type Child, startChild } from "../frame/servers/child.ts";
import type { HostSettings } from "./host-settings.ts";

/** A period without a host, by `performance.now()`. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

/** A host that is killed and restarted. */
export class RestartedHost {
  readonly outages: Outage[] = [];
  /** Number of lifetimes so far, including the current one. */
  lifetimes = 0;
  readonly #settings: HostSettings;
  #readyAt = 0;
  #child: Child | null = null;

  constructor(settings: HostSettings) {
    this.#settings = settings;
  }

  /** The current process; `null` between two. */
  get child(): Child | null {
    return this.#child;
  }

  /** Seconds since the current process was ready. */
  get age(): number {
    return (performance.now() - this.#readyAt) / 1_000;
  }

  async start(): Promise<void> {
    const env = { HOST: JSON.stringify(this.#settings) };
    this.#child = await startChild(new URL("./host-script.ts", import.meta.url), { core: 0, env });
    this.#readyAt = performance.now();
    this.lifetimes += 1;
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
