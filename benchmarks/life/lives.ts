import { setTimeout as pause } from "node:timers/promises";
import { accountIds, submitsAtOnce } from "./workload.ts";

const patienceMs = 20_000;
const lookMs = 2;

/** Times whole lives, from the first submit until the last has ended. */
export class Lives {
  #ended = 0;
  #error: unknown = null;

  /** To be called as lives end. */
  end(count = 1): void {
    this.#ended += count;
  }

  /** To be called when something went wrong: then nothing was measured. */
  fail(error: unknown): void {
    this.#error ??= error;
  }

  /**
   * Submits as many, some at once, and waits for their ends.
   *
   * @param isOver asked after the last `end`, where that comes before the last commit.
   * @returns the seconds that it took.
   */
  async time(
    count: number,
    submit: (accountId: string) => Promise<unknown>,
    isOver: () => Promise<boolean> = async () => true,
  ): Promise<number> {
    const beganAt = performance.now();
    const goal = this.#ended + count;
    let next = 0;
    const submitSome = async (): Promise<void> => {
      while (next < count) {
        const accountId = accountIds[next % accountIds.length] ?? "";
        next += 1;
        await submit(accountId);
      }
    };
    await Promise.all(Array.from({ length: submitsAtOnce }, submitSome));
    await this.#until(goal);
    while (!(await isOver())) await pause(lookMs);
    return (performance.now() - beganAt) / 1_000;
  }

  async #until(goal: number): Promise<void> {
    let [before, beforeAt] = [this.#ended, performance.now()];
    while (this.#ended < goal) {
      await pause(lookMs);
      if (this.#error !== null) throw this.#error;
      if (this.#ended > before) [before, beforeAt] = [this.#ended, performance.now()];
      if (performance.now() - beforeAt > patienceMs) {
        throw new Error(`Nothing has ended for ${patienceMs} ms; ${goal - this.#ended} have not.`);
      }
    }
  }
}
