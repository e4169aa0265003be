import type { Wake } from "../../ports/dispatcher.js";
import type { WorkerContext } from "./worker-context.js";

/**
 * Publishes a wake. The end of a request and the drain wait until an engine has accepted it.
 *
 * @returns a promise of the engine's acceptance, for callers that wait for it, too.
 */
export function enqueueWake(
  { dispatcher, lateRecords }: Pick<WorkerContext, "dispatcher" | "lateRecords">,
  wake: Wake,
): Promise<unknown> | undefined {
  const sent = dispatcher.enqueue(wake);
  return sent instanceof Promise ? lateRecords.track(sent) : undefined;
}
