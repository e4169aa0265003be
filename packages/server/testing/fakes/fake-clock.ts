import type { Clock } from "../../src/lib/ports/clock.js";

/** A clock that only a test moves. */
export interface FakeClock extends Clock {
  /**
   * Advances the time. Due timers fire in order, each at its own time. The work of a timer runs before the next timer
   * fires.
   */
  advance(milliseconds: number): Promise<void>;
  /** Advances the time without firing timers, as if the process was stopped. The next `advance` fires them late. */
  skip(milliseconds: number): void;
  /** Remaining delays of the active timers in milliseconds, in ascending order. */
  pending(): readonly number[];
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Turns of the event loop after which promises that need no real time count as settled. */
const turns = 8;

/**
 * Creates a clock that only a test moves.
 *
 * @param start epoch milliseconds.
 * @example
 * ```ts
 * const clock = fakeClock();
 * clock.setTimer(1_000, () => console.log("a second later"));
 * await clock.advance(1_000);
 * ```
 */
export function fakeClock(start = 1_800_000_000_000): FakeClock {
  let now = start;
  const timers = new Set<Timer>();
  const earliest = (): Timer | undefined => [...timers].sort((one, other) => one.at - other.at)[0];
  return {
    now: () => now,
    setTimer: (delayMs, callback) => {
      const timer = { at: now + Math.max(delayMs, 0), callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: async (milliseconds) => {
      const end = now + milliseconds;
      await settle();
      for (let timer = earliest(); timer !== undefined && timer.at <= end; timer = earliest()) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.callback();
        await settle();
      }
      now = Math.max(now, end);
    },
    skip: (milliseconds) => {
      now += milliseconds;
    },
    pending: () => [...timers].map(({ at }) => at - now).sort((one, other) => one - other),
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
