import { isGenerationId } from "../../generation/generation-id.js";
import type { GenerationRecord } from "../../generation/generation-record.js";
import type { Caller } from "../../model/define-model.js";
import { fromHost } from "../errors/from-host.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import { galleryReaderOf } from "../owners/gallery.js";
import { readGeneration } from "../read/read-generation.js";
import type { ServiceContext } from "../service-context.js";
import { toWireGeneration, type WireGeneration } from "../wire/wire-generation.js";
import { cancelGeneration } from "./cancel-generation.js";
import { deleteGeneration } from "./delete-generation.js";

/**
 * Authorizes a cancel or a deletion in a team: the submitter may always, and `mayRemove` decides about other members. Returns the
 * submitter as the caller of the command, because the store compares the owner of a generation.
 *
 * @throws {ServiceError} forbidden, not_found, unavailable if `mayRemove` times out
 */
async function submitterFor(
  { clock, erasures, store, teams }: Pick<ServiceContext, "clock" | "erasures" | "store" | "teams">,
  { caller, id }: { readonly caller: Caller; readonly id: string },
): Promise<Caller> {
  const { ownerId: galleryId } = galleryReaderOf(caller, "team");
  const record = isGenerationId(id) ? await store.get({ ownerId: galleryId, id }) : null;
  if (record === null) throw notFound();
  if (record.ownerId === caller.ownerId) return caller;
  const generation = factsOf(record);
  const mayRemove = await erasures.within(await erasures.position(), () =>
    fromHost({ clock, what: "teams.mayRemove" }, () => teams.mayRemove({ caller, generation })),
  );
  if (mayRemove === true) return { ...caller, ownerId: record.ownerId };
  throw new ServiceError("forbidden", "You may cancel or delete only your own generations in this team.");
}

/** A copy: a function of the host may change its argument. */
function factsOf({ id, metadata, model, ownerId, scope }: GenerationRecord) {
  return structuredClone({ id, ownerId, model, scope, metadata });
}

/**
 * As `cancelGeneration`, for a generation of the caller's team. The result is as the team sees it.
 *
 * @throws {ServiceError} those of `submitterFor`
 */
export async function cancelInTeam(
  context: ServiceContext,
  query: { readonly caller: Caller; readonly id: string },
): Promise<WireGeneration> {
  const { cancellation } = await cancelGeneration(context, { ...query, caller: await submitterFor(context, query) });
  const caller = galleryReaderOf(query.caller, "team");
  const generation = await toWireGeneration(context, await readGeneration(context, { ...query, caller }));
  return { ...generation, ...(cancellation && { cancellation }) };
}

/**
 * As `deleteGeneration`, for a generation of the caller's team.
 *
 * @throws {ServiceError} those of `submitterFor`, and not_terminal; a deleted one is not_found
 */
export async function deleteInTeam(
  context: ServiceContext,
  query: { readonly caller: Caller; readonly id: string },
): Promise<void> {
  await deleteGeneration(context, { ...query, caller: await submitterFor(context, query) });
}
