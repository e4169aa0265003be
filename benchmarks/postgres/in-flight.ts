import { quantileOf } from "../frame/quantiles.ts";

/** Number of calls, and their times in milliseconds. */
export interface InFlight {
  readonly count: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Keeps `atOnce` calls in flight for `ms` milliseconds, and waits for the last one.
 *
 * @param call receives the index of the call, from 0.
 */
export async function keepInFlight(
  call: (index: number) => Promise<unknown>,
  { atOnce, ms }: { readonly atOnce: number; readonly ms: number },
): Promise<InFlight> {
  const times: number[] = [];
  const beganAt = performance.now();
  let next = 0;
  const callInTurn = async (): Promise<void> => {
    while (performance.now() - beganAt < ms) {
      const calledAt = performance.now();
      await call(next++);
      times.push(performance.now() - calledAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, callInTurn));
  const seconds = (performance.now() - beganAt) / 1_000;
  return { count: times.length, seconds, p50: quantileOf(times, 0.5), p99: quantileOf(times, 0.99) };
}
