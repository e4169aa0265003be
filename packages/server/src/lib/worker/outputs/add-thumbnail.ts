import { blobFrom } from "../../bytes/blob-from.js";
import { sha256OfBlob } from "../../bytes/sha256-of-blob.js";
import type { GenerationRecord, OutputRecord, ThumbnailRecord } from "../../generation/generation-record.js";
import { errorText } from "../../ports/error-text.js";
import type { ScaledImage } from "../../ports/image-scaler.js";
import { withinTime } from "../../process/within-time.js";
import type { MarkOutput } from "./mark-output.js";
import type { OutputsContext } from "./outputs-context.js";

/** Max width and height in pixels: large enough for a gallery on any screen density. */
export const maxSide = 512;
/** Max time for all thumbnails of a result. Thumbnails are optional and must not delay a paid result. */
const maxTotalMs = 5_000;

/**
 * Adds a placeholder and a thumbnail to a stored output. Returns the output unchanged when the image cannot be scaled.
 */
export type AddThumbnail = (output: OutputRecord, image: Blob) => Promise<OutputRecord>;

/**
 * Returns the function that adds thumbnails to the outputs of one result. A thumbnail that fails affects nothing else.
 * A repeat is idempotent, because the storage key contains the hash of the bytes.
 */
export function createAddThumbnail(
  { clock, logger, scaler, storage }: Pick<OutputsContext, "clock" | "logger" | "scaler" | "storage">,
  {
    generation,
    mark,
    signal,
  }: {
    readonly generation: Pick<GenerationRecord, "id" | "storagePrefix">;
    readonly mark: MarkOutput;
    readonly signal: AbortSignal;
  },
): AddThumbnail {
  let leftMs = maxTotalMs;

  /** `null` when it failed or timed out. */
  const attempt = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> => {
    if (leftMs <= 0) return null;
    const startedAt = clock.now();
    try {
      return await withinTime({ clock, limitMs: leftMs, signal, what: "Making a thumbnail" }, work);
    } catch (error) {
      if (!signal.aborted) {
        logger.warn("Could not make a thumbnail.", {
          event: "thumbnail.failed",
          generationId: generation.id,
          error: errorText(error),
        });
      }
      return null;
    } finally {
      leftMs -= clock.now() - startedAt;
    }
  };

  const store = async (
    { bytes: _unmarked, ...small }: ScaledImage,
    { body, ended, index }: { readonly body: Blob; readonly ended: AbortSignal; readonly index: number },
  ): Promise<ThumbnailRecord> => {
    const sha256 = await sha256OfBlob(body);
    const storageKey = `${generation.storagePrefix}/${index}-thumb-${sha256.slice(0, 16)}`;
    await storage.put(storageKey, body, { contentType: small.contentType, sha256, signal: ended });
    return { storageKey, byteLength: body.size, ...small };
  };

  return async (output, image) => {
    if (scaler === undefined) return output;
    const small = await attempt(() => scaler.shrink(image, maxSide));
    if (small === null) return output;
    const unmarked = blobFrom(small.bytes);
    const placeholder = await attempt(() => scaler.placeholderOf(unmarked));
    const { contentType } = small;
    const { index } = output;
    const marked = await attempt(() => mark(unmarked, { contentType, index, part: "thumbnail" }));
    const body = marked !== null && marked.file.size < image.size ? marked.file : null;
    const thumbnail = body && (await attempt((ended) => store(small, { body, ended, index })));
    return { ...output, placeholder, thumbnail };
  };
}
