import { isGenerationId } from "../../generation/generation-id.js";
import type { Caller } from "../../model/define-model.js";
import { queueHintOf } from "../../ports/queue-hint.js";
import { notFound } from "../errors/not-found.js";
import type { ServiceContext } from "../service-context.js";
import { toWireGeneration, type WireGeneration } from "../wire/wire-generation.js";
import { cancellationOf } from "./cancellation.js";

/**
 * Requests a cancel: ends a generation that no provider has received, and flags any other active one for the worker. The
 * result has the decision, and the refund that follows.
 *
 * @throws {ServiceError} not_found
 */
export async function cancelGeneration(
  context: ServiceContext,
  { caller: { ownerId }, id }: { readonly caller: Caller; readonly id: string },
): Promise<WireGeneration> {
  const verdict = isGenerationId(id)
    ? await context.store.requestCancel({ ownerId, id, announceTo: context.announceTo })
    : null;
  if (verdict === null) throw notFound();
  if (verdict.applied) {
    context.dispatcher.enqueue({ generationId: id, dueInMs: 0 });
    const { accountId, gate } = verdict.generation;
    context.eventBus.hint([...new Set([ownerId, accountId, queueHintOf(gate)])]);
    if (verdict.generation.state === "canceled") void context.reporter?.ended(id);
  }
  const cancellation = cancellationOf(verdict.generation, {
    hadEnded: !verdict.applied,
    isBilled: context.billing !== null,
  });
  return { ...(await toWireGeneration(context, verdict.generation)), cancellation };
}
