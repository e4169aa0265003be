import type { PreviewRecord } from "../generation/generation-record.js";
import { measureMedia } from "../media/measure-media.js";
import type { ProviderMedia } from "../ports/provider.js";
import { sha256Hex } from "../service/sha256-hex.js";
import type { Step } from "./step.js";
import { withinTime } from "./within-time.js";

/** A preview is a rough picture: what is larger is not kept. */
const maxPreviewBytes = 262_144;
/** Nobody waits for a preview longer: the job goes on, and so must the worker. */
const putLimitMs = 10_000;

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
  const measure = preview.bytes.byteLength > maxPreviewBytes ? null : measureMedia(preview.bytes);
  if (measure === null) return null;
  const { id, storagePrefix } = claim.generation;
  const hash = (await sha256Hex(preview.bytes)).slice(0, 16);
  if (recorded?.storageKey.endsWith(`-${hash}`)) return recorded;
  const storageKey = `${storagePrefix}/${name}-${hash}`;
  const { contentType } = measure;
  try {
    await withinTime(context.clock, { limitMs: putLimitMs, signal }, (ended) => {
      const put = context.storage.put(storageKey, preview.bytes, { contentType });
      put.then(
        () => (ended.aborted ? discardUnwanted(step, storageKey) : null),
        () => {},
      );
      return put;
    });
    return { storageKey, contentType };
  } catch (error) {
    if (signal.aborted) throw error;
    context.logger.warn("A preview could not be stored.", { generationId: id, error: String(error) });
    return null;
  }
}

/** It came when nobody waited for it any more, and was not recorded. */
async function discardUnwanted({ claim, context }: Step, storageKey: string): Promise<void> {
  const { id } = claim.generation;
  try {
    await context.storage.delete(storageKey);
  } catch (error) {
    context.logger.warn("A late preview could not be removed.", { generationId: id, error: String(error) });
  }
}
