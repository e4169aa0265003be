import { blobFrom } from "../../bytes/blob-from.js";
import { sha256Hex } from "../../bytes/sha256-hex.js";
import type { PreviewRecord } from "../../generation/generation-record.js";
import { measureMedia } from "../../media/measure-media.js";
import { errorText } from "../../ports/error-text.js";
import type { ProviderMedia } from "../../ports/provider.js";
import { withinTime } from "../../process/within-time.js";
import type { Step } from "../context/step.js";
import type { WorkerContext } from "../context/worker-context.js";

/** A preview is a rough picture: what is larger is made small, or not kept. */
const maxPreviewBytes = 262_144;
/** What is made small fits a square of so many pixels. */
const previewSide = 1_024;
/** Nobody waits for a preview longer: the job goes on, and so must the worker. */
const putLimitMs = 10_000;
/** As little for making it small. */
const shrinkLimitMs = 5_000;

/** Where a preview goes, and what it follows. */
export interface PreviewPlace {
  /** The newest that was recorded. */
  readonly recorded: PreviewRecord | null;
  /**
   * First part of its name, never used again: what replaced a picture leaves its key to be deleted, also when the picture
   * comes back.
   */
  readonly name: string;
  /** Once aborted, nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** Previews are worth little: one that cannot be read or stored is left out. */
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
      // A storage that says so, too, may have stored it before it heard that nobody waits.
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

/** `null` where it cannot be made small enough. */
async function toRough({ scaler }: WorkerContext, picture: ProviderMedia): Promise<ProviderMedia | null> {
  if (picture.bytes.byteLength <= maxPreviewBytes) return picture;
  const small = (await scaler?.shrink(blobFrom(picture.bytes), previewSide)) ?? null;
  return small !== null && small.bytes.byteLength <= maxPreviewBytes ? small : null;
}

/** It came when nobody waited for it any more, and was not recorded. */
async function discardUnwanted({ claim, context }: Step, storageKey: string): Promise<void> {
  const { id } = claim.generation;
  try {
    await context.storage.delete(storageKey);
  } catch (error) {
    context.logger.warn("A late preview could not be removed.", { generationId: id, error: errorText(error) });
  }
}
