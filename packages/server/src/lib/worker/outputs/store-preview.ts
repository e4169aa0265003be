import { blobFrom } from "../../bytes/blob-from.js";
import { sha256Hex } from "../../bytes/sha256-hex.js";
import type { PreviewRecord } from "../../generation/generation-record.js";
import { measureMedia } from "../../media/measure-media.js";
import { errorText } from "../../ports/error-text.js";
import type { ProviderMedia } from "../../ports/provider.js";
import { withinTime } from "../../process/within-time.js";
import type { Step } from "../context/step.js";
import type { WorkerContext } from "../context/worker-context.js";

/** Max size of a stored preview. A larger image is scaled down, or dropped. */
const maxPreviewBytes = 262_144;
/** Max width and height of a scaled preview, in pixels. */
const previewSide = 1_024;
/** Timeout of the write to the storage: previews must not delay the worker. */
const putLimitMs = 10_000;
/** Timeout of scaling an image down. */
const shrinkLimitMs = 5_000;

/** The name of a preview, and the preview that it replaces. */
export interface PreviewPlace {
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

/** Stores a preview, best effort. Returns `null` if it cannot be read or stored. */
export async function storePreview(
  step: Step,
  preview: ProviderMedia,
  { name, recorded, signal }: PreviewPlace,
): Promise<PreviewRecord | null> {
  const { claim, context } = step;
  const { bytes } = preview;
  const { maxOutputBytes = Number.POSITIVE_INFINITY } = context;
  const measure = bytes.byteLength > maxOutputBytes ? null : measureMedia(bytes);
  if (measure === null) return null;
  const { id, storagePrefix } = claim.generation;
  const hash = (await sha256Hex(bytes)).slice(0, 16);
  if (recorded?.storageKey.endsWith(`-${hash}`)) return recorded;
  const storageKey = `${storagePrefix}/${name}-${hash}`;
  try {
    const rough = await withinTime(context.clock, { limitMs: shrinkLimitMs, signal, what: "Shrinking a preview" }, () =>
      toRough(context, { bytes, contentType: measure.contentType }),
    );
    if (rough === null) return null;
    const { contentType } = rough;
    const sha256 = await sha256Hex(rough.bytes);
    await withinTime(context.clock, { limitMs: putLimitMs, signal, what: "Storing a preview" }, (ended) => {
      const put = context.storage.put(storageKey, blobFrom(rough.bytes), { contentType, sha256, signal: ended });
      const discardLate = () => (ended.aborted ? discardUnwanted(step, storageKey) : null);
      // A put that rejects after an abort may still have stored the object.
      put.then(discardLate, discardLate);
      return put;
    });
    return { storageKey, contentType };
  } catch (error) {
    if (signal.aborted) throw error;
    context.logger.warn("A preview could not be stored.", { generationId: id, error: errorText(error) });
    return null;
  }
}

/** `null` if the image cannot be scaled below the limit. */
async function toRough({ scaler }: WorkerContext, picture: ProviderMedia): Promise<ProviderMedia | null> {
  if (picture.bytes.byteLength <= maxPreviewBytes) return picture;
  const small = (await scaler?.shrink(blobFrom(picture.bytes), previewSide)) ?? null;
  return small !== null && small.bytes.byteLength <= maxPreviewBytes ? small : null;
}

/** Deletes a preview that was stored after the caller stopped waiting, so it was never recorded. */
async function discardUnwanted({ claim, context }: Step, storageKey: string): Promise<void> {
  const { id } = claim.generation;
  try {
    await context.storage.delete(storageKey);
  } catch (error) {
    context.logger.warn("A late preview could not be removed.", { generationId: id, error: errorText(error) });
  }
}
