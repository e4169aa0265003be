import { type ActiveResponse, maxUnseenCount } from "@safelight/client/contract";
import type { GenerationRecord } from "../../generation/generation-record.js";
import type { GalleryReader } from "../owners/gallery.js";
import { ownerTagOf } from "../owners/owner-tag.js";
import type { ServiceContext } from "../service-context.js";
import { checkJson } from "../submit/check-json.js";
import { toWireGenerations, type WireGeneration } from "../wire/wire-generation.js";
import { pollAfterMs } from "./poll-pace.js";

/** Max active generations of a list. A watcher receives the others as changes. */
const activeLimit = 200;
const unseenLimit = 20;
const unseenForMs = 7 * 24 * 60 * 60_000;

/**
 * Lists the active generations, and the ended ones that the owner has not seen.
 *
 * @param query.onRead receives the rows of the active ones.
 * @throws {ServiceError} invalid_input
 */
export async function listActive(
  context: ServiceContext,
  {
    caller: { ownerId },
    onRead,
    scope = null,
  }: {
    readonly caller: GalleryReader;
    readonly onRead?: ((active: readonly GenerationRecord[]) => void) | undefined;
    readonly scope?: string | null | undefined;
  },
): Promise<ActiveResponse<WireGeneration>> {
  checkJson(scope, ["scope"]);
  const [list, ownerTag] = await Promise.all([
    context.store.listActive({ ownerId, scope, activeLimit, unseenLimit, unseenForMs, maxUnseenCount }),
    ownerTagOf(context, ownerId),
  ]);
  onRead?.(list.active);
  await context.unclaimedJobWarning.check(list.active, list.now);
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
    timeline: list.timeline,
    ownerTag,
    serverTime: new Date(list.now).toISOString(),
    pollAfterMs: pollAfterMs(list.active, list.now),
  };
}
