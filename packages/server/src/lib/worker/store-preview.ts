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

/** Previews are worth little: one that cannot be read or stored is left out. */
export async function storePreview(step: Step, preview: ProviderMedia): Promise<PreviewRecord | null> {
  const { claim, context, lease } = step;
  const measure = preview.bytes.byteLength > maxPreviewBytes ? null : measureMedia(preview.bytes);
  if (measure === null) return null;
  const { id, storagePrefix, epoch, preview: recorded } = claim.generation;
  const hash = (await sha256Hex(preview.bytes)).slice(0, 16);
  if (recorded?.storageKey.endsWith(`-${hash}`)) return recorded;
  // A key of this claim alone: what replaced a picture leaves its key to be deleted, also when the picture comes back.
  const storageKey = `${storagePrefix}/preview-${epoch}-${hash}`;
  const { contentType } = measure;
  try {
    await withinTime(context.clock, { limitMs: putLimitMs, signal: lease.signal }, (signal) => {
      const put = context.storage.put(storageKey, preview.bytes, { contentType });
      put.then(
        () => (signal.aborted ? discardUnwanted(step, storageKey) : null),
        () => {},
      );
      return put;
    });
    return { storageKey, contentType };
  } catch (error) {
    if (lease.signal.aborted) throw error;
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
