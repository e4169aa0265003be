import { errorText } from "../../ports/error-text.js";
import type { JobCancel } from "../../ports/store/outbox.js";
import { type PersistContext, persist } from "./persist.js";
import type { WorkerContext } from "./worker-context.js";

/**
 * Records the cancel of a job for operators, who ask whether the vendor still charges for it. An error is logged: it must not
 * keep the generation or the outbox item from ending.
 */
export async function recordJobCancel(
  context: PersistContext & Pick<WorkerContext, "logger" | "store">,
  {
    signal,
    ...command
  }: {
    readonly generationId: string;
    /** Number of the attempt. */
    readonly attempt: number;
    readonly result: JobCancel;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  try {
    await persist(context, { signal, send: () => context.store.recordJobCancel(command) });
  } catch (error) {
    context.logger.warn("Could not record the cancel of a job; the operator page does not show it.", {
      event: "operation.cancel_not_recorded",
      generationId: command.generationId,
      error: errorText(error),
    });
  }
}
