import type { GroupResponse } from "@safelight/client/contract";
import { isGroupId } from "../../generation/group-id.js";
import type { Caller } from "../../model/define-model.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";
import type { WireGeneration } from "../wire/wire-generation.js";
import { cancelGeneration } from "./cancel-generation.js";

/**
 * Requests a cancel of each generation of a group. Each is a commit of its own, since a provider may have some of them.
 *
 * @throws {ServiceError} not_found if the caller has no generation of the group
 */
export async function cancelGroup(
  context: ServiceContext,
  { caller, groupId }: { readonly caller: Caller; readonly groupId: string },
): Promise<GroupResponse<WireGeneration>> {
  const { ownerId } = caller;
  const { generations } = isGroupId(groupId)
    ? await context.store.listGroup({ ownerId, groupId })
    : { generations: [] };
  const canceled = await Promise.all(
    generations.map(({ id }) => cancelGeneration(context, { caller, id }).catch(nullIfDeleted)),
  );
  const present = canceled.filter((generation) => generation !== null);
  if (present.length === 0) throw notFound();
  return { generations: present };
}

/** The owner may delete one in between. */
function nullIfDeleted(error: unknown): null {
  if (ServiceError.isInstance(error) && error.code === "not_found") return null;
  throw error;
}
