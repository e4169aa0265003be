import { createEnvironment, type Environment } from "../../../client/src/lib/environment.js";

/** An environment whose time runs quicker, and can leap. */
export interface QuickEnvironment extends Environment {
  /** Lets so much time pass at once. Timers that are set keep their time. */
  leap(milliseconds: number): void;
}

/**
 * What takes a client a minute takes it seconds here: a proof of thousands of cuts would otherwise wait for backoffs.
 *
 * @param options.factor how much quicker.
 * @param options.random from 0 to below 1. Pauses after a failure are up to so much of the longest they may be.
 */
export function quickEnvironment(options: {
  readonly factor: number;
  readonly random: () => number;
}): QuickEnvironment {
  const { factor, random } = options;
  const { now, schedule, ...place } = createEnvironment();
  const began = now();
  let leaptMs = 0;
  return {
    ...place,
    now: () => began + (now() - began) * factor + leaptMs,
    random,
    schedule: (callback, ms) => schedule(callback, Math.max(1, ms / factor)),
    leap(milliseconds) {
      leaptMs += milliseconds;
    },
  };
}
