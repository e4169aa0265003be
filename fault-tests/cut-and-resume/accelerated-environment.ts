import { createEnvironment, type Environment } from "../../packages/client/src/lib/environment.js";

/** An environment with an accelerated clock that can jump. */
export interface AcceleratedEnvironment extends Environment {
  /** Advances the clock at once. Timers that are set keep their time. */
  jump(milliseconds: number): void;
}

/**
 * Creates an environment in which a client's minute takes seconds: thousands of cuts would otherwise wait for backoffs.
 *
 * @param options.factor speed of the clock.
 * @param options.random from 0 to below 1, the share of the maximum that each backoff takes.
 */
export function acceleratedEnvironment(options: {
  readonly factor: number;
  readonly random: () => number;
}): AcceleratedEnvironment {
  const { factor, random } = options;
  const { now, schedule, ...environment } = createEnvironment();
  const began = now();
  let jumpedMs = 0;
  return {
    ...environment,
    now: () => began + (now() - began) * factor + jumpedMs,
    random,
    schedule: (callback, ms) => schedule(callback, Math.max(1, ms / factor)),
    jump(milliseconds) {
      jumpedMs += milliseconds;
    },
  };
}
