import { setTimeout as pause } from "node:timers/promises";

const gapMs = 20;
/** Of the gap, more or less: nothing should fall into step with it. */
const jitter = 0.5;
const patienceMs = 10_000;

/** Times one submit after another, each on a server that has had nothing to do for a while. */
export class Wakes {
  #begin: (at: number) => void = () => {};

  /** To be called first in what does the work. */
  begun(): void {
    this.#begin(performance.now());
  }

  /** @returns of each, the milliseconds from the call of `submit` until the work has begun. */
  async time(count: number, submit: () => Promise<unknown>): Promise<readonly number[]> {
    const times: number[] = [];
    for (let place = 0; place < count; place += 1) {
      const begins = new Promise<number>((resolve) => {
        this.#begin = resolve;
      });
      const calledAt = performance.now();
      const submitting = submit();
      times.push((await withinPatience(begins)) - calledAt);
      await submitting;
      await pause(gapMs * (1 - jitter + 2 * jitter * Math.random()));
    }
    return times;
  }
}

async function withinPatience(begins: Promise<number>): Promise<number> {
  const giveUp = new AbortController();
  const never = pause(patienceMs, null, { signal: giveUp.signal, ref: false }).catch(() => null);
  const begunAt = await Promise.race([begins, never]);
  giveUp.abort();
  if (begunAt === null) throw new Error(`What was submitted has not begun within ${patienceMs} ms.`);
  return begunAt;
}
