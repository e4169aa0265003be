import { galleriesOf } from "../../generation/gallery-id.js";
import { isGenerationId } from "../../generation/generation-id.js";
import type { GenerationRecord } from "../../generation/generation-record.js";
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
  { caller: { ownerId, accountId }, id }: { readonly caller: Caller; readonly id: string },
): Promise<WireGeneration> {
  const verdict = isGenerationId(id)
    ? await context.store.requestCancel({ ownerId, accountId, id, announceTo: context.announceTo })
    : null;
  if (verdict === null) throw notFound();
  if (verdict.applied) {
    context.dispatcher.enqueue({ generationId: id, dueInMs: 0 });
    const { generation } = verdict;
    const queue = queueHintOf(generation.gate);
    context.eventBus.hint([...new Set([...galleriesOf(generation), generation.accountId, queue])]);
    if (generation.state === "canceled") void context.reporter?.ended(id);
  }
  return withCancellation(context, verdict.generation, { hadEnded: !verdict.applied });
}

/** A generation as it is after a cancel, with the decision. */
// biome-ignore lint/complexity/useMaxParams: the context, the subject and its options
export async function withCancellation(
  context: ServiceContext,
  generation: GenerationRecord,
  { hadEnded }: { readonly hadEnded: boolean },
): Promise<WireGeneration> {
  const cancellation = cancellationOf(generation, { hadEnded, isBilled: context.billing !== null });
  return { ...(await toWireGeneration(context, generation)), cancellation };
}
