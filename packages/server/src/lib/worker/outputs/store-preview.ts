import { blobFrom } from "../../bytes/blob-from.js";
import { sha256Hex } from "../../bytes/sha256-hex.js";
import type { GenerationRecord, PreviewRecord } from "../../generation/generation-record.js";
import { maxOutputBytesOf } from "../../generation/output-limits.js";
import { measureMedia } from "../../media/measure-media.js";
import { errorText } from "../../ports/error-text.js";
import type { ProviderMedia } from "../../ports/provider.js";
import { withinTime } from "../../process/within-time.js";
import type { OutputsContext } from "./outputs-context.js";

/** Max size of a stored preview. A larger image is scaled down, or dropped. */
const maxPreviewBytes = 262_144;
/** Max width and height of a scaled preview, in pixels. */
const maxSide = 1_024;
/** Timeout of the write to the storage: previews must not delay the worker. */
const putTimeoutMs = 10_000;
/** Timeout of scaling an image down. */
const shrinkTimeoutMs = 5_000;

/** A preview that a provider reported. */
export interface NewPreview {
  readonly preview: ProviderMedia;
  readonly generation: Pick<GenerationRecord, "id" | "storagePrefix">;
  /** The last recorded preview. */
  readonly recorded: PreviewRecord | null;
  /**
   * First part of the storage key, unique per preview. A replaced preview leaves its key to be deleted, also if the
   * same image is reported again.
   */
  readonly name: string;
  /** Aborted when the caller stops waiting. */
  readonly signal: AbortSignal;
}

/**
 * Stores a preview, best effort. Returns `null` if it cannot be read or stored.
 *
 * @throws after an abort.
 */
export async function storePreview(
  context: OutputsContext,
  { generation, name, preview, recorded, signal }: NewPreview,
): Promise<PreviewRecord | null> {
  const { bytes } = preview;
  const maxBytes = maxOutputBytesOf(context.maxOutputBytes, "image") ?? Number.POSITIVE_INFINITY;
  const measure = bytes.byteLength > maxBytes ? null : measureMedia(bytes);
  if (measure === null) return null;
  const { id, storagePrefix } = generation;
  const hash = (await sha256Hex(bytes)).slice(0, 16);
  if (recorded?.storageKey.endsWith(`-${hash}`)) return recorded;
  const storageKey = `${storagePrefix}/${name}-${hash}`;
  try {
    const shrinkLimits = { limitMs: shrinkTimeoutMs, signal, what: "Shrinking a preview" };
    const small = await withinTime({ clock: context.clock, ...shrinkLimits }, () =>
      shrinkLarge(context, { bytes, contentType: measure.contentType }),
    );
    if (small === null) return null;
    const { contentType } = small;
    const sha256 = await sha256Hex(small.bytes);
    await withinTime({ clock: context.clock, limitMs: putTimeoutMs, signal, what: "Storing a preview" }, (ended) => {
      const put = context.storage.put(storageKey, blobFrom(small.bytes), { contentType, sha256, signal: ended });
      const deleteIfLate = () => (ended.aborted ? deleteLate(context, { id, storageKey }) : null);
      // A put that rejects after an abort may still have stored the object.
      put.then(deleteIfLate, deleteIfLate);
      return put;
    });
    warnOfUnchecked(context, id);
    return { storageKey, contentType };
  } catch (error) {
    if (signal.aborted) throw error;
    context.logger.warn("Could not store a preview.", {
      event: "preview.not_stored",
      generationId: id,
      error: errorText(error),
    });
    return null;
  }
}

/** Logs once that owners see previews before the host's check. */
function warnOfUnchecked({ logger, memory, outputCheck }: OutputsContext, generationId: string): void {
  if (outputCheck === undefined || memory.warnedOfUncheckedPreview) return;
  memory.warnedOfUncheckedPreview = true;
  logger.warn("Previews are visible before checkOutput: set previews: false in each model.", {
    event: "preview.unchecked",
    generationId,
  });
}

/** Scales an image down if it is too large; `null` if it cannot be scaled below the limit. */
async function shrinkLarge({ scaler }: OutputsContext, image: ProviderMedia): Promise<ProviderMedia | null> {
  if (image.bytes.byteLength <= maxPreviewBytes) return image;
  const small = (await scaler?.shrink(blobFrom(image.bytes), maxSide)) ?? null;
  return small !== null && small.bytes.byteLength <= maxPreviewBytes ? small : null;
}

/** Deletes a preview that was stored after the caller stopped waiting, so it was never recorded. */
async function deleteLate(
  { logger, storage }: OutputsContext,
  { id, storageKey }: { readonly id: string; readonly storageKey: string },
): Promise<void> {
  try {
    await storage.delete(storageKey);
  } catch (error) {
    logger.warn("Could not delete a late preview.", {
      event: "preview.not_deleted",
      generationId: id,
      error: errorText(error),
    });
  }
}
