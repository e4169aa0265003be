import { isGenerationId } from "../../generation/generation-id.js";
import type { GenerationRecord } from "../../generation/generation-record.js";
import { isTerminalState } from "../../generation/generation-state.js";
import { notFound } from "../errors/not-found.js";
import type { GalleryReader } from "../owners/gallery.js";
import type { ServiceContext } from "../service-context.js";
import { waitForChange } from "../watch/wait-for-change.js";

/** @throws {ServiceError} not_found for an unknown, deleted or another owner's generation */
export async function readGeneration(
  { clock, unclaimedJobWarning, store }: Pick<ServiceContext, "clock" | "unclaimedJobWarning" | "store">,
  { caller: { ownerId }, id }: { readonly caller: GalleryReader; readonly id: string },
): Promise<GenerationRecord> {
  const record = isGenerationId(id) ? await store.get({ ownerId, id }) : null;
  if (record === null) throw notFound();
  await unclaimedJobWarning.check([record], clock.now());
  return record;
}

/**
 * Entity tag of a generation: its version, the period in which its URLs stay the same, and its place in the queue while it
 * waits.
 */
async function tagOf(
  { mediaUrls, queuePlaces }: Pick<ServiceContext, "mediaUrls" | "queuePlaces">,
  record: GenerationRecord,
): Promise<string> {
  const place = (await queuePlaces.read([record])).get(record.id);
  const tag = `v${record.version}-${mediaUrls.period()}`;
  return place === undefined ? tag : `${tag}-q${place.position}`;
}

/** A generation and its entity tag at one moment. */
export interface GenerationSnapshot {
  readonly record: GenerationRecord;
  readonly tag: string;
}

/**
 * Reads a generation, and waits until its tag is unknown to the caller. Does not wait for an ended generation: only its
 * owner changes it, by `markSeen` or a deletion.
 *
 * @param options.isKnown whether the caller has the representation with this tag.
 * @returns the latest snapshot, known or not.
 * @throws {ServiceError} not_found, also when it is deleted during the wait
 */
export async function awaitGeneration(
  context: ServiceContext,
  options: {
    readonly caller: GalleryReader;
    readonly id: string;
    readonly isKnown: (tag: string) => boolean;
    readonly waitMs: number;
    readonly signal?: AbortSignal;
  },
): Promise<GenerationSnapshot> {
  const { caller, id, isKnown, waitMs, signal } = options;
  const read = async (): Promise<GenerationSnapshot> => {
    const record = await readGeneration(context, { caller, id });
    return { record, tag: await tagOf(context, record) };
  };
  let latest = await read();
  if (waitMs <= 0 || !isKnown(latest.tag) || isTerminalState(latest.record.state)) return latest;
  await waitForChange(context, {
    ownerId: caller.ownerId,
    holderId: caller.holderId,
    waitMs,
    signal,
    read: async () => {
      latest = await read();
      return isKnown(latest.tag) ? null : latest;
    },
  });
  return latest;
}
