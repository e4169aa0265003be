import { type ActiveChangesResponse, type Changes, maxChanges } from "@safelight/client/contract";
import type { GenerationRecord } from "../../generation/generation-record.js";
import type { ChangeList } from "../../ports/store/store-queries.js";
import type { GalleryReader } from "../owners/gallery.js";
import { ownerTagOf } from "../owners/owner-tag.js";
import type { ServiceContext } from "../service-context.js";
import { awaitSequence } from "../watch/await-sequence.js";
import { toWireGenerations, type WireGeneration } from "../wire/wire-generation.js";
import { listActive } from "./list-active.js";

/** How far a reader knows the changes of an owner. */
export interface ReaderPosition {
  readonly sequence: number;
  /** Absent: not compared with the caller's. */
  readonly ownerTag?: string | undefined;
  /** Absent: not compared with the database's. */
  readonly timeline?: string | undefined;
}

/** Runs a read of a list in a slot, so that the caller can limit concurrent reads. */
export type InSlot = <Result>(read: () => Promise<Result>) => Promise<Result>;

interface ReadQuery {
  readonly caller: GalleryReader;
  readonly position: ReaderPosition;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the changes after a position. A position above the owner's counter belongs to a restored backup or to a database
 * that this replica lags behind: waits up to 2 seconds for the replica.
 *
 * @returns `null` if the changes are unknown: its owner is not the caller, its timeline is another one, or its sequence
 *   cannot be continued.
 */
export async function readChanges(context: ServiceContext, query: ReadQuery): Promise<ChangeList | null> {
  return readFrom(context, { ...query, inSlot: (read) => read(), toResult: async (changes) => changes });
}

/**
 * As `readChanges`, but creates a result in the same slot. The wait for the replica holds no slot.
 *
 * @param query.toResult receives the changes, or `null` if they are unknown.
 */
export async function readFrom<Result extends object | null>(
  context: ServiceContext,
  query: ReadQuery & { readonly inSlot: InSlot; readonly toResult: (changes: ChangeList | null) => Promise<Result> },
): Promise<Result> {
  const { inSlot, position, signal, toResult } = query;
  const { holderId, ownerId } = query.caller;
  const read = async (): Promise<Result | "ahead"> => {
    const changes = await findChanges(context, query);
    return changes === "ahead" ? changes : toResult(changes);
  };
  let result = await inSlot(read);
  if (result === "ahead") {
    await awaitSequence(context, { ownerId, holderId, sequence: position.sequence, signal });
    result = await inSlot(read);
  }
  return result === "ahead" ? inSlot(() => toResult(null)) : result;
}

async function findChanges(
  context: ServiceContext,
  { caller: { ownerId }, position: { ownerTag, sequence, timeline } }: ReadQuery,
): Promise<ChangeList | "ahead" | null> {
  if (ownerTag !== undefined && ownerTag !== (await ownerTagOf(context, ownerId))) return null;
  const changes = await context.store.changedAfter({ ownerId, sequence, limit: maxChanges });
  if (timeline !== undefined && timeline !== changes.timeline) return null;
  if (!changes.resync) return changes;
  return sequence > changes.sequence ? "ahead" : null;
}

/**
 * Adds the active generations to changes. `scope` filters the lists only: the sequence is the owner's.
 *
 * @param query.changes `null` if they are unknown: the response is a snapshot that replaces all cached data.
 * @param query.onRead receives the rows of the active generations.
 */
export async function withSnapshot(
  context: ServiceContext,
  query: {
    readonly caller: GalleryReader;
    readonly scope: string | null;
    readonly changes: ChangeList | null;
    readonly onRead?: (active: readonly GenerationRecord[]) => void;
  },
): Promise<ActiveChangesResponse<WireGeneration>> {
  const { caller, changes, onRead, scope } = query;
  const active = await listActive(context, { caller, onRead, scope });
  // A timeline that started between the two reads makes the changes unknown, too.
  if (changes?.timeline !== active.timeline) return { ...active, changed: [], deleted: [], resync: true };
  const changed = changes.changed.filter((record) => scope === null || record.scope === scope);
  // The active list was read later, so it may contain newer changes. The next read returns those again, and the client
  // ignores them by version.
  return { ...active, ...(await toWireChanges(context, { ...changes, changed })), resync: false };
}

/** Converts changes for the wire. */
export async function toWireChanges(
  context: ServiceContext,
  { changed, deleted, hasMore, sequence }: ChangeList,
): Promise<Changes<WireGeneration>> {
  return {
    sequence,
    changed: await toWireGenerations(context, changed),
    deleted: deleted.map(({ id, sequence: at }) => ({ id, sequence: at })),
    ...(hasMore && { hasMoreChanges: true }),
  };
}
