import type { Caller } from "../../model/define-model.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import { isGenerationId } from "../ids/generation-id.js";
import type { ServiceContext } from "../service-context.js";

/**
 * Takes away an ended generation and its bytes; deleting again is no error.
 *
 * @throws {ServiceError} not_found, not_terminal
 */
export async function deleteGeneration(context: ServiceContext, { ownerId }: Caller, id: string): Promise<void> {
  const verdict = isGenerationId(id) ? await context.store.remove({ ownerId, id }) : "not_found";
  if (verdict === "not_found") throw notFound();
  if (verdict === "not_terminal") throw new ServiceError(verdict, "Cancel it first, or wait until it has ended.");
  // The worker removes the bytes.
  context.dispatcher.enqueue({ generationId: id, dueInMs: 0 });
  context.eventBus.hint([ownerId]);
}
