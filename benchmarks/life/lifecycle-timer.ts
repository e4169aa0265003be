import { setTimeout as pause } from "node:timers/promises";
import { accountIds, submitsAtOnce } from "./workload.ts";

const timeoutMs = 20_000;
const checkEveryMs = 2;

/** Measures lifecycles, from the first submit until the last end. */
export class LifecycleTimer {
  #ended = 0;
  #error: unknown = null;

  /** Call it after each end. */
  end(count = 1): void {
    this.#ended += count;
  }

  /** Call it on an error: `time` then rejects. */
  fail(error: unknown): void {
    this.#error ??= error;
  }

  /**
   * Submits `count` generations, some of them concurrently, and waits for their ends.
   *
   * @param isOver called after the last `end`, if that comes before the last commit.
   * @returns the duration in seconds.
   */
  async time(
    count: number,
    {
      submit,
      isOver = async () => true,
    }: {
      readonly submit: (accountId: string) => Promise<unknown>;
      readonly isOver?: (() => Promise<boolean>) | undefined;
    },
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
    while (!(await isOver())) await pause(checkEveryMs);
    return (performance.now() - beganAt) / 1_000;
  }

  async #until(goal: number): Promise<void> {
    let [before, beforeAt] = [this.#ended, performance.now()];
    while (this.#ended < goal) {
      await pause(checkEveryMs);
      if (this.#error !== null) throw this.#error;
      if (this.#ended > before) [before, beforeAt] = [this.#ended, performance.now()];
      if (performance.now() - beforeAt > timeoutMs) {
        throw new Error(`No generation ended within ${timeoutMs} ms; ${goal - this.#ended} are left.`);
      }
    }
  }
}
