import { isGenerationId } from "../../generation/generation-id.js";
import type { Caller } from "../../model/define-model.js";
import { invalidInput } from "../errors/invalid-input.js";
import type { ServiceContext } from "../service-context.js";

export const maxSeenIds = 100;

/**
 * Marks ended generations as seen. Ignores ids that are not the owner's or have not ended.
 *
 * @throws {ServiceError} invalid_input
 */
export async function markSeen(
  context: ServiceContext,
  { caller: { ownerId }, ids }: { readonly caller: Caller; readonly ids: readonly string[] },
): Promise<void> {
  if (ids.length > maxSeenIds) throw invalidInput(`At most ${maxSeenIds} ids.`, ["ids"]);
  const validIds = ids.filter(isGenerationId);
  if (validIds.length === 0) return;
  await context.store.markSeen({ ownerId, ids: validIds });
  context.eventBus.hint([ownerId]);
}
