import { generationStatuses, type HistoryQuery, type HistoryResponse } from "@safelight/client/contract";
import type { Caller } from "../../model/define-model.js";
import { invalidInput } from "../errors/invalid-input.js";
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
  { caller: { ownerId }, query }: { readonly caller: Caller; readonly query: HistoryQuery },
): Promise<HistoryResponse<WireGeneration>> {
  const { cursor, status = null, model = null, scope = null } = query;
  if (status !== null && !generationStatuses.includes(status)) throw invalidInput("Unknown status.", ["status"]);
  checkJson(model, ["model"]);
  checkJson(scope, ["scope"]);
  const { generations, hasMore, sequence } = await context.store.list({
    ownerId,
    limit: checkPageLimit(query.limit),
    after: cursor === undefined ? null : parseHistoryCursor(cursor),
    status,
    model,
    scope,
  });
  const last = generations.at(-1);
  return {
    generations: await toWireGenerations(context, generations),
    nextCursor: hasMore && last !== undefined ? toHistoryCursor(last.id) : null,
    sequence,
    ownerTag: await ownerTagOf(context, ownerId),
  };
}
