import type { ActiveChangesResponse, ActiveResponse } from "@safelight/client/contract";
import type { Caller } from "../../model/define-model.js";
import { invalidInput } from "../errors/invalid-input.js";
import { ownerTagOf } from "../owners/owner-tag.js";
import type { ServiceContext } from "../service-context.js";
import { waitForChange } from "../watch/wait-for-change.js";
import { toWireGenerations, type WireGeneration } from "../wire/wire-generation.js";
import { pollAfterMs } from "./poll-pace.js";

const unseenLimit = 20;
const unseenForMs = 7 * 24 * 60 * 60_000;
/** More than a page comes with the next question, which is answered at once. */
const changesLimit = 100;

/** What is in progress, and what ended unseen. */
export async function listActive(
  context: ServiceContext,
  { ownerId }: Caller,
  { scope = null }: { readonly scope?: string | null | undefined },
): Promise<ActiveResponse<WireGeneration>> {
  const [list, ownerTag] = await Promise.all([
    context.store.listActive({ ownerId, scope, unseenLimit, unseenForMs }),
    ownerTagOf(context, ownerId),
  ]);
  context.unclaimedJobWarning.look(list.active, list.now);
  const [generations, unseen] = await Promise.all([
    toWireGenerations(context, list.active),
    toWireGenerations(context, list.unseen),
  ]);
  return {
    generations,
    unseen,
    unseenCount: list.unseenCount,
    sequence: list.sequence,
    ownerTag,
    serverTime: new Date(list.now).toISOString(),
    pollAfterMs: pollAfterMs(list.active, list.now),
  };
}

/**
 * What changed after a sequence, with what is in progress now. `scope` narrows what is listed; the sequence is the
 * owner's, so that a change elsewhere answers too, with nothing in it.
 *
 * @param query.after `sequence` of an earlier answer.
 * @returns `null` when nothing changed in time.
 * @throws {ServiceError} invalid_input
 */
export function listChanges(
  context: ServiceContext,
  caller: Caller,
  query: {
    readonly after: number;
    readonly scope?: string | null | undefined;
    readonly waitMs: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<ActiveChangesResponse<WireGeneration> | null> {
  const { after, scope = null, waitMs, signal } = query;
  if (!Number.isSafeInteger(after) || after < 0) throw invalidInput("A whole number, 0 or more.", ["after"]);
  const { ownerId } = caller;
  return waitForChange(context, {
    ownerId,
    waitMs,
    signal,
    read: async () => {
      const changes = await context.store.changedAfter({ ownerId, sequence: after, limit: changesLimit });
      if (changes.sequence === after) return null;
      const active = await listActive(context, caller, { scope });
      const changed = changes.changed.filter((record) => scope === null || record.scope === scope);
      return {
        ...active,
        // Read after the changes, the active list may be newer; what it is ahead comes again, and loses by its version.
        sequence: changes.sequence,
        changed: await toWireGenerations(context, changed),
        deleted: changes.deleted.map(({ id, sequence }) => ({ id, sequence })),
        resync: changes.resync,
      };
    },
  });
}
