import { blobFrom } from "../../bytes/blob-from.js";
import { sha256Hex } from "../../bytes/sha256-hex.js";
import type { GenerationRecord, OutputRecord, ThumbnailRecord } from "../../generation/generation-record.js";
import { errorText } from "../../ports/error-text.js";
import type { ScaledImage } from "../../ports/image-scaler.js";
import { withinTime } from "../../process/within-time.js";
import type { WorkerContext } from "../context/worker-context.js";

/** Max width and height in pixels: large enough for a gallery on any screen density. */
const thumbnailSide = 512;
/** Max time for all thumbnails of a result. Thumbnails are optional and must not delay a paid result. */
const limitMs = 5_000;

/**
 * Adds a placeholder and a thumbnail to a stored output. Returns the output unchanged when the image cannot be scaled.
 */
export type AddThumbnail = (output: OutputRecord, picture: Blob) => Promise<OutputRecord>;

/**
 * Returns the function that adds thumbnails to the outputs of one result. A thumbnail that fails affects nothing else.
 * A repeat is idempotent, because the storage key contains the hash of the bytes.
 */
export function addingThumbnails(
  context: Pick<WorkerContext, "clock" | "logger" | "scaler" | "storage">,
  generation: Pick<GenerationRecord, "id" | "storagePrefix">,
  signal: AbortSignal,
): AddThumbnail {
  const { clock, logger, scaler, storage } = context;
  let leftMs = limitMs;

  /** `null` when it failed or timed out. */
  const attempt = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> => {
    if (leftMs <= 0) return null;
    const startedAt = clock.now();
    try {
      return await withinTime(clock, { limitMs: leftMs, signal, what: "A thumbnail" }, work);
    } catch (error) {
      if (!signal.aborted) {
        logger.warn("A thumbnail could not be made.", { generationId: generation.id, error: errorText(error) });
      }
      return null;
    } finally {
      leftMs -= clock.now() - startedAt;
    }
  };

  const store = async (
    { bytes, ...small }: ScaledImage,
    { body, ended, index }: { readonly body: Blob; readonly ended: AbortSignal; readonly index: number },
  ): Promise<ThumbnailRecord> => {
    const sha256 = await sha256Hex(bytes);
    const storageKey = `${generation.storagePrefix}/${index}-thumb-${sha256.slice(0, 16)}`;
    await storage.put(storageKey, body, { contentType: small.contentType, sha256, signal: ended });
    return { storageKey, byteLength: bytes.byteLength, ...small };
  };

  return async (output, picture) => {
    if (scaler === undefined) return output;
    const small = await attempt(() => scaler.shrink(picture, thumbnailSide));
    if (small === null) return output;
    const body = blobFrom(small.bytes);
    const placeholder = await attempt(() => scaler.placeholderOf(body));
    const isWorthIt = body.size < picture.size;
    const { index } = output;
    const thumbnail = isWorthIt ? await attempt((ended) => store(small, { body, ended, index })) : null;
    return { ...output, placeholder, thumbnail };
  };
}
