import { createEnvironment, type Environment } from "../../packages/client/src/lib/environment.js";

/** An environment with accelerated ticks that can jump. */
export interface AcceleratedEnvironment extends Environment {
  /** Advances the ticks at once. Timers that are set keep their time. */
  jump(milliseconds: number): void;
}

/**
 * Creates an environment in which a client's minute takes seconds: thousands of cuts would otherwise wait for backoffs.
 *
 * @param options.factor speed of the ticks and of the timers.
 * @param options.random from 0 to below 1, the share of the maximum that each backoff takes.
 */
export function acceleratedEnvironment(options: {
  readonly factor: number;
  readonly random: () => number;
}): AcceleratedEnvironment {
  const { factor, random } = options;
  const { ticks, schedule, ...environment } = createEnvironment();
  const began = ticks();
  let jumpedMs = 0;
  return {
    ...environment,
    ticks: () => began + (ticks() - began) * factor + jumpedMs,
    random,
    schedule: (callback, ms) => schedule(callback, Math.max(1, ms / factor)),
    jump(milliseconds) {
      jumpedMs += milliseconds;
    },
  };
}
