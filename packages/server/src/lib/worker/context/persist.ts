import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { outageDelayMs } from "./backoff.js";
import { sleep } from "./sleep.js";
import type { WorkerContext } from "./worker-context.js";

/** The parts of a worker's context that `persist` needs. */
export interface PersistContext extends Pick<WorkerContext, "clock" | "outage" | "random"> {}

/**
 * Sends a command to the store, and retries while the store is unavailable. Every command is idempotent.
 *
 * @param options.signal once aborted, the command is sent one last time.
 * @throws {StoreUnavailable} when the last try fails, too.
 */
export async function persist<T>(
  context: PersistContext,
  { signal, send }: { readonly signal: AbortSignal; readonly send: () => Promise<T> },
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    const isLast = signal.aborted;
    try {
      const result = await send();
      context.outage.end();
      return result;
    } catch (error) {
      if (!StoreUnavailable.isInstance(error)) throw error;
      context.outage.report(error);
      if (isLast) throw error;
      await sleep(context.clock, { delayMs: outageDelayMs({ failures, random: context.random() }), signal });
    }
  }
}
