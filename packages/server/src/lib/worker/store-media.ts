import type { GenerationRecord, OutputRecord } from "../generation/generation-record.js";
import type { ProviderFailure } from "../generation/provider-failure.js";
import type { ProviderMedia } from "../ports/provider.js";
import { sha256Hex } from "../service/sha256-hex.js";
import { measureMedia } from "./measure-media.js";
import { withinTime } from "./within-time.js";
import type { WorkerContext } from "./worker-context.js";

/** A storage that hangs is asked anew. */
const putLimitMs = 120_000;

/** What is wrong when `prepareMedia` leaves nothing. */
export const rejectedOutput: ProviderFailure = {
  code: "output_rejected",
  message: "No output is of an allowed type and size.",
};

/** What a vendor sends beyond this is not what was asked for, unless so many were. */
const mostOutputs = 100;

/** One output, measured and named, not yet stored. */
export interface PreparedMedia {
  readonly record: OutputRecord;
  readonly bytes: Uint8Array;
}

/**
 * Measures and names outputs before any is stored. One of no allowed type or size is left out and keeps its place: the
 * others are paid for as well, and what is missing is given back.
 */
export async function prepareMedia(
  { maxOutputBytes = Number.POSITIVE_INFINITY, logger }: Pick<WorkerContext, "maxOutputBytes" | "logger">,
  {
    id,
    kind,
    requestedOutputs,
    storagePrefix,
  }: Pick<GenerationRecord, "id" | "kind" | "requestedOutputs" | "storagePrefix">,
  media: readonly ProviderMedia[],
): Promise<readonly PreparedMedia[]> {
  const kept = media.slice(0, Math.max(requestedOutputs, mostOutputs));
  if (kept.length < media.length) {
    const counts = { requested: requestedOutputs, answered: media.length, kept: kept.length };
    logger.warn("A provider answered with more outputs than are kept.", { generationId: id, ...counts });
  }
  const prepared = kept.map(async ({ bytes }, index): Promise<PreparedMedia | null> => {
    const measure = bytes.byteLength > maxOutputBytes ? null : measureMedia(bytes);
    if (measure === null) return null;
    const sha256 = await sha256Hex(bytes);
    const record: OutputRecord = {
      index,
      kind,
      storageKey: `${storagePrefix}/${index}-${sha256}`,
      byteLength: bytes.byteLength,
      sha256,
      durationMs: null,
      placeholder: null,
      ...measure,
    };
    return { record, bytes };
  });
  return (await Promise.all(prepared)).filter((medium) => medium !== null);
}

/** Puts prepared outputs into the storage. Doing it again changes nothing: a key carries the hash of its bytes. */
export async function putMedia(
  { clock, storage, onCrashPoint }: Pick<WorkerContext, "clock" | "storage" | "onCrashPoint">,
  media: readonly PreparedMedia[],
  signal: AbortSignal,
): Promise<void> {
  for (const { record, bytes } of media) {
    const { contentType, storageKey } = record;
    await withinTime(clock, { limitMs: putLimitMs, signal }, () => storage.put(storageKey, bytes, { contentType }));
    onCrashPoint?.("P12");
  }
}
