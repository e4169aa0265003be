import { galleriesOf } from "../../generation/gallery-id.js";
import { isGenerationId } from "../../generation/generation-id.js";
import type { Caller } from "../../model/define-model.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";

/**
 * Deletes an ended generation and its bytes. Idempotent.
 *
 * @throws {ServiceError} not_found, not_terminal
 */
export async function deleteGeneration(
  context: ServiceContext,
  { caller: { ownerId }, id }: { readonly caller: Caller; readonly id: string },
): Promise<void> {
  const verdict = isGenerationId(id) ? await context.store.remove({ ownerId, id }) : null;
  if (verdict === null || verdict.type === "not_found") throw notFound();
  if (verdict.type === "not_terminal") {
    throw new ServiceError(verdict.type, "The generation has not ended: cancel it first, or wait.");
  }
  // The worker removes the bytes.
  context.dispatcher.enqueue({ generationId: id, dueInMs: 0 });
  context.eventBus.hint(galleriesOf({ ownerId, teamId: verdict.teamId }));
}
