import { checkOptionNames } from "../../model/check-option-names.js";
import type { ListedObject, Storage } from "../../ports/storage.js";
import type { MediaKeyStore } from "../../ports/store/media-key-store.js";
import { isMediaKey } from "./is-media-key.js";

/** How media without a row is removed. */
export interface SweepOptions {
  /**
   * Milliseconds that an object stays after it was stored, although no row refers to it. Minimum 86,400,000 (a day).
   * @default 604_800_000
   */
  readonly graceMs?: number;
  /** Lists the orphans and removes none. @default false */
  readonly dryRun?: boolean;
}

/** Counts of a storage's objects. Each object is in use, recent, foreign or an orphan. */
export interface SweepReport {
  /** Objects that a row refers to. */
  readonly inUse: number;
  /** Objects that no row refers to, but that are younger than the grace period. */
  readonly recent: number;
  /** Objects whose name is not one of Safelight's. A sweep never removes them. */
  readonly foreign: number;
  /** Objects that no row refers to and that are older than the grace period, in the order of the listing. */
  readonly orphans: readonly ListedObject[];
  /** How many of the orphans were removed; 0 for a dry run. */
  readonly removed: number;
}

/** Dependencies of a sweep. */
export interface SweepContext {
  readonly storage: Storage;
  readonly store: Pick<MediaKeyStore, "findKeysInUse">;
  /** Epoch milliseconds. */
  readonly now: number;
}

const dayMs = 86_400_000;
/** Each batch reads all outputs once: a larger batch takes less time and more memory. */
const batchSize = 10_000;
/** Max concurrent removals. */
const maxParallel = 8;

/**
 * Removes the objects of a storage that no row refers to, such as objects stored after a backup that was restored later.
 * Safe while workers run: a row exists before its first object, and the rows are read after the listing and again before
 * each removal. May run again after a failure.
 *
 * @throws {RangeError} when `graceMs` is shorter than a day.
 * @throws {TypeError} when the storage cannot be listed, or for an unknown option.
 * @throws {Error} when no row refers to any object: the database or the storage is probably the wrong one. A dry run
 * reports such orphans instead.
 */
export async function sweepMedia(context: SweepContext, options: SweepOptions = {}): Promise<SweepReport> {
  // A misspelled `dryRun` would remove the objects that it should list.
  checkOptionNames<SweepOptions>(options, { where: "sweep", names: { graceMs: true, dryRun: true } });
  const { graceMs = 7 * dayMs, dryRun = false } = options;
  if (!(graceMs >= dayMs)) throw new RangeError("graceMs must be at least 86,400,000, which is a day.");
  const found = await classify(context, context.now - graceMs);
  const { inUse, orphans } = found;
  if (dryRun || orphans.length === 0) return { ...found, removed: 0 };
  if (inUse === 0) {
    throw new Error(
      `No row refers to any of the ${orphans.length} objects of the storage "${context.storage.id}", so none was removed: check that the database and the storage belong together.`,
    );
  }
  return { ...found, removed: await remove(context, orphans) };
}

async function classify({ storage, store }: SweepContext, storedBefore: number): Promise<Omit<SweepReport, "removed">> {
  if (storage.list === undefined) {
    throw new TypeError(`The storage "${storage.id}" cannot be listed, so it cannot be swept.`);
  }
  const orphans: ListedObject[] = [];
  let [inUse, recent, foreign] = [0, 0, 0];
  const check = async (batch: readonly ListedObject[]): Promise<void> => {
    const keys = await store.findKeysInUse(batch.map(({ key }) => key));
    for (const object of batch) {
      if (keys.has(object.key)) inUse += 1;
      else if (object.storedAt < storedBefore) orphans.push(object);
      else recent += 1;
    }
  };
  let batch: ListedObject[] = [];
  for await (const object of storage.list()) {
    if (isMediaKey(object.key)) batch.push(object);
    else foreign += 1;
    if (batch.length < batchSize) continue;
    await check(batch);
    batch = [];
  }
  if (batch.length > 0) await check(batch);
  return { inUse, recent, foreign, orphans };
}

async function remove({ storage, store }: SweepContext, orphans: readonly ListedObject[]): Promise<number> {
  let removed = 0;
  for (let start = 0; start < orphans.length; start += batchSize) {
    const keys = orphans.slice(start, start + batchSize).map(({ key }) => key);
    // The listing may take hours, and a newer backup may be restored in that time.
    const inUse = await store.findKeysInUse(keys);
    const unused = keys.filter((key) => !inUse.has(key));
    for (let index = 0; index < unused.length; index += maxParallel) {
      await Promise.all(unused.slice(index, index + maxParallel).map((key) => storage.delete(key)));
    }
    removed += unused.length;
  }
  return removed;
}
