import type { PreviewRecord } from "../generation/generation-record.js";
import type { ProviderMedia } from "../ports/provider.js";
import { sha256Hex } from "../service/sha256-hex.js";
import { measureMedia } from "./measure-media.js";
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
  const { id, storagePrefix } = claim.generation;
  const storageKey = `${storagePrefix}/preview-${(await sha256Hex(preview.bytes)).slice(0, 16)}`;
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

/** It came when nobody waited for it any more. It stays only if another step has stored and recorded the same bytes. */
async function discardUnwanted({ claim, context }: Step, storageKey: string): Promise<void> {
  const { id } = claim.generation;
  try {
    // By its id alone: it may be another owner's by now.
    const recorded = await context.store.getPreview({ id });
    if (recorded?.storageKey !== storageKey) await context.storage.delete(storageKey);
  } catch (error) {
    context.logger.warn("A late preview could not be removed.", { generationId: id, error: String(error) });
  }
}
