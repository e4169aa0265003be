import { generationStatuses, type HistoryQuery, type HistoryResponse } from "@safelight/client/contract";
import { teamOfGallery } from "../../generation/gallery-id.js";
import { statusOf } from "../../generation/generation-state.js";
import { isGroupId } from "../../generation/group-id.js";
import type { GenerationList, ListQuery } from "../../ports/store/store-queries.js";
import { invalidInput } from "../errors/invalid-input.js";
import type { GalleryReader } from "../owners/gallery.js";
import { ownerTagOf } from "../owners/owner-tag.js";
import type { ServiceContext } from "../service-context.js";
import { checkJson } from "../submit/check-json.js";
import { toWireGenerations, type WireGeneration } from "../wire/wire-generation.js";
import { parseHistoryCursor, toHistoryCursor } from "./cursor.js";
import { checkPageLimit } from "./page-limit.js";

/**
 * Reads one page of the owner's history, newest first.
 *
 * @throws {ServiceError} invalid_input
 */
export async function listGenerations(
  context: ServiceContext,
  { caller: { ownerId }, query }: { readonly caller: GalleryReader; readonly query: HistoryQuery },
): Promise<HistoryResponse<WireGeneration>> {
  const { cursor, status = null, model = null, scope = null, groupId = null } = query;
  if (status !== null && !generationStatuses.includes(status)) throw invalidInput("Unknown status.", ["status"]);
  if (groupId !== null && teamOfGallery(ownerId) !== null) {
    throw invalidInput('Is not valid with `of: "team"`.', ["groupId"]);
  }
  checkJson(model, ["model"]);
  checkJson(scope, ["scope"]);
  const page = {
    ownerId,
    limit: checkPageLimit(query.limit),
    after: cursor === undefined ? null : parseHistoryCursor(cursor),
    status,
    model,
    scope,
  };
  const { generations, hasMore, sequence } =
    groupId === null ? await context.store.list(page) : await listOfGroup(context, { page, groupId });
  const last = generations.at(-1);
  return {
    generations: await toWireGenerations(context, generations),
    nextCursor: hasMore && last !== undefined ? toHistoryCursor(last.id) : null,
    sequence,
    ownerTag: await ownerTagOf(context, ownerId),
  };
}

/** A group has at most 100 generations, so its pages are cut here. */
async function listOfGroup(
  { store }: Pick<ServiceContext, "store">,
  { page, groupId }: { readonly page: ListQuery; readonly groupId: string },
): Promise<GenerationList> {
  if (!isGroupId(groupId)) throw invalidInput("Must be the id of a group.", ["groupId"]);
  const { after, limit, model, ownerId, scope, status } = page;
  const { generations, sequence } = await store.listGroup({ ownerId, groupId });
  const rest = generations.filter(
    (one) =>
      (after === null || one.id < after) &&
      (status === null || statusOf(one.state, one.startedAt) === status) &&
      (model === null || one.model === model) &&
      (scope === null || one.scope === scope),
  );
  return { generations: rest.toReversed().slice(0, limit), hasMore: rest.length > limit, sequence };
}
