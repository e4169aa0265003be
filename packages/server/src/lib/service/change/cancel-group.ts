import type { GroupResponse } from "@safelight/client/contract";
import type { GenerationRecord } from "../../generation/generation-record.js";
import { isTerminalState } from "../../generation/generation-state.js";
import { isGroupId } from "../../generation/group-id.js";
import type { Caller } from "../../model/define-model.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";
import type { WireGeneration } from "../wire/wire-generation.js";
import { cancelGeneration, withCancellation } from "./cancel-generation.js";

/** Max concurrent cancels. Without a limit, those at the end of a large group would time out on a slow database. */
const maxParallel = 5;

/**
 * Requests a cancel of each generation of a group. Each is a commit of its own, since a provider may have some of them. Those
 * that have ended, or whose cancel was requested, need no commit: a repeat continues after the others.
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
  const cancel = (generation: GenerationRecord): Promise<WireGeneration | null> => {
    const { cancelRequestedAt, id, state } = generation;
    const hadEnded = isTerminalState(state);
    return hadEnded || cancelRequestedAt !== null
      ? withCancellation(context, generation, { hadEnded })
      : cancelGeneration(context, { caller, id }).catch(nullIfDeleted);
  };
  const canceled: (WireGeneration | null)[] = [];
  for (let first = 0; first < generations.length; first += maxParallel) {
    canceled.push(...(await Promise.all(generations.slice(first, first + maxParallel).map(cancel))));
  }
  const present = canceled.filter((generation) => generation !== null);
  if (present.length === 0) throw notFound();
  return { generations: present };
}

/** The owner may delete one in between. */
function nullIfDeleted(error: unknown): null {
  if (ServiceError.isInstance(error) && error.code === "not_found") return null;
  throw error;
}
