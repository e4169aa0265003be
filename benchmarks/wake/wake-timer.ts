import { setTimeout as pause } from "node:timers/promises";

const gapMs = 20;
/** Random share of the gap, so that no other interval coincides with it. */
const jitter = 0.5;
const timeoutMs = 10_000;

/** Measures one submit after another, each on a server that has been idle for a while. */
export class WakeTimer {
  #begin: (at: number) => void = () => {};

  /** Call it first in the function that does the work. */
  start(): void {
    this.#begin(performance.now());
  }

  /** @returns the milliseconds from each call of `submit` to the start of its work. */
  async time(count: number, submit: () => Promise<unknown>): Promise<readonly number[]> {
    const times: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const begins = new Promise<number>((resolve) => {
        this.#begin = resolve;
      });
      const calledAt = performance.now();
      const submitting = submit();
      times.push((await withinTimeout(begins)) - calledAt);
      await submitting;
      await pause(gapMs * (1 - jitter + 2 * jitter * Math.random()));
    }
    return times;
  }
}

async function withinTimeout(begins: Promise<number>): Promise<number> {
  const giveUp = new AbortController();
  const never = pause(timeoutMs, null, { signal: giveUp.signal, ref: false }).catch(() => null);
  const begunAt = await Promise.race([begins, never]);
  giveUp.abort();
  if (begunAt === null) throw new Error(`The work did not start within ${timeoutMs} ms.`);
  return begunAt;
}
