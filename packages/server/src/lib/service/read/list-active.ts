import { type ActiveChangesResponse, type ActiveResponse, maxUnseenCount } from "@safelight/client/contract";
import type { Caller } from "../../model/define-model.js";
import { invalidInput } from "../errors/invalid-input.js";
import { ownerTagOf } from "../owners/owner-tag.js";
import type { ServiceContext } from "../service-context.js";
import { waitForChange } from "../watch/wait-for-change.js";
import { toWireGenerations, type WireGeneration } from "../wire/wire-generation.js";
import { pollAfterMs } from "./poll-pace.js";

/** Max active generations of a list. A watcher receives the others as changes. */
const activeLimit = 200;
const unseenLimit = 20;
const unseenForMs = 7 * 24 * 60 * 60_000;
/** Changes per response. If there are more, the next request returns at once. */
const changesLimit = 100;

/** Lists the active generations, and the ended ones that the owner has not seen. */
export async function listActive(
  context: ServiceContext,
  { caller: { ownerId }, scope = null }: { readonly caller: Caller; readonly scope?: string | null | undefined },
): Promise<ActiveResponse<WireGeneration>> {
  const [list, ownerTag] = await Promise.all([
    context.store.listActive({ ownerId, scope, activeLimit, unseenLimit, unseenForMs, maxUnseenCount }),
    ownerTagOf(context, ownerId),
  ]);
  context.unclaimedJobWarning.check(list.active, list.now);
  const [generations, unseen] = await Promise.all([
    toWireGenerations(context, list.active),
    toWireGenerations(context, list.unseen),
  ]);
  return {
    generations,
    hasMore: list.hasMore,
    unseen,
    unseenCount: list.unseenCount,
    sequence: list.sequence,
    ownerTag,
    serverTime: new Date(list.now).toISOString(),
    pollAfterMs: pollAfterMs(list.active, list.now),
  };
}

/**
 * Lists the changes after a sequence, and the active generations. `scope` filters the lists only: the sequence is the
 * owner's, so a change in another scope also ends the wait, with empty lists.
 *
 * @param query.after `sequence` of an earlier response.
 * @param query.inSlot runs each read, so that the caller can limit concurrent reads. Absent: no limit.
 * @returns `null` when nothing changed in time.
 * @throws {ServiceError} invalid_input
 */
export function listChanges(
  context: ServiceContext,
  query: {
    readonly caller: Caller;
    readonly after: number;
    readonly scope?: string | null | undefined;
    readonly waitMs: number;
    readonly signal?: AbortSignal | undefined;
    readonly inSlot?: <Result>(read: () => Promise<Result>) => Promise<Result>;
  },
): Promise<ActiveChangesResponse<WireGeneration> | null> {
  const { caller, after, scope = null, waitMs, signal, inSlot = (read) => read() } = query;
  if (!Number.isSafeInteger(after) || after < 0) throw invalidInput("Must be a whole number, 0 or more.", ["after"]);
  const { ownerId } = caller;
  const read = async (): Promise<ActiveChangesResponse<WireGeneration> | null> => {
    const changes = await context.store.changedAfter({ ownerId, sequence: after, limit: changesLimit });
    if (changes.sequence === after) {
      await context.unclaimedJobWarning.recheck(context.clock.now());
      return null;
    }
    const active = await listActive(context, { caller, scope });
    const changed = changes.changed.filter((record) => scope === null || record.scope === scope);
    return {
      ...active,
      // The active list was read later, so it may contain newer changes. The next request returns those again, and the
      // client ignores them by version. After a resync, the client continues from the sequence of the active list.
      sequence: changes.resync ? active.sequence : changes.sequence,
      changed: await toWireGenerations(context, changed),
      deleted: changes.deleted.map(({ id, sequence }) => ({ id, sequence })),
      resync: changes.resync,
    };
  };
  return waitForChange(context, { ownerId, waitMs, signal, read: () => inSlot(read) });
}
