import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { outageDelayMs } from "./backoff.js";
import { sleep } from "./sleep.js";
import type { WorkerContext } from "./worker-context.js";

/**
 * Sends a command to the store until it is answered: the same command may always be sent again.
 *
 * @param signal once aborted, the command is sent one last time.
 * @throws {StoreUnavailable} when that was not answered either.
 */
export async function persist<T>(context: WorkerContext, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    const isLast = signal.aborted;
    try {
      const answer = await send();
      context.outage.end();
      return answer;
    } catch (error) {
      if (!StoreUnavailable.isInstance(error)) throw error;
      context.outage.report(error);
      if (isLast) throw error;
      await sleep(context.clock, outageDelayMs({ failures, random: context.random() }), signal);
    }
  }
}
