import type { ActiveChangesResponse } from "@safelight/client/contract";
import { invalidInput } from "../errors/invalid-input.js";
import type { GalleryReader } from "../owners/gallery.js";
import type { ServiceContext } from "../service-context.js";
import { checkJson } from "../submit/check-json.js";
import type { OwnerPosition } from "../watch/owner-watch.js";
import { waitForChange } from "../watch/wait-for-change.js";
import type { WireGeneration } from "../wire/wire-generation.js";
import { type InSlot, readFrom, withSnapshot } from "./read-changes.js";

/**
 * Lists the changes after a position, and the active generations. `scope` filters the lists only: the sequence is the
 * owner's, so a change in another scope also ends the wait, with empty lists. Returns a snapshot at once if the position cannot be
 * continued.
 *
 * @param query.after `sequence` of an earlier response.
 * @param query.ownerTag `ownerTag` of that response. Absent: not compared.
 * @param query.timeline `timeline` of that response. Absent: not compared.
 * @param query.inSlot runs each read, so that the caller can limit concurrent reads. Absent: no limit.
 * @returns `null` when nothing changed in time.
 * @throws {ServiceError} invalid_input
 */
export async function listChanges(
  context: ServiceContext,
  query: {
    readonly caller: GalleryReader;
    readonly after: number;
    readonly ownerTag?: string | undefined;
    readonly timeline?: string | undefined;
    readonly scope?: string | null | undefined;
    readonly waitMs: number;
    readonly signal?: AbortSignal | undefined;
    readonly inSlot?: InSlot;
  },
): Promise<ActiveChangesResponse<WireGeneration> | null> {
  const { caller, after, ownerTag, timeline, scope = null, waitMs, signal, inSlot = (read) => read() } = query;
  if (!Number.isSafeInteger(after) || after < 0) throw invalidInput("Must be a whole number, 0 or more.", ["after"]);
  checkJson(scope, ["scope"]);
  const position = { sequence: after, ownerTag, timeline };
  const read = (): Promise<ActiveChangesResponse<WireGeneration> | null> =>
    readFrom(context, {
      caller,
      position,
      signal,
      inSlot,
      toResult: async (changes) => {
        if (changes?.sequence !== after) return withSnapshot(context, { caller, scope, changes });
        await context.unclaimedJobWarning.recheck(context.clock.now());
        return null;
      },
    });
  const isAt = (latest: OwnerPosition) => latest.sequence === after && latest.timeline === timeline;
  const isCurrent = timeline === undefined ? undefined : isAt;
  return waitForChange(context, {
    ownerId: caller.ownerId,
    holderId: caller.holderId,
    isCurrent,
    waitMs,
    signal,
    read,
  });
}
