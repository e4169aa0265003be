import type { Wake } from "../../ports/dispatcher.js";
import type { WorkerContext } from "./worker-context.js";

/** Publishes a wake. The end of a request and the drain wait until an engine has accepted it. */
export function enqueueWake(
  { dispatcher, lateRecords }: Pick<WorkerContext, "dispatcher" | "lateRecords">,
  wake: Wake,
): void {
  const sent = dispatcher.enqueue(wake);
  if (sent instanceof Promise) void lateRecords.track(sent);
}
