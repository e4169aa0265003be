import { blobFrom } from "../../bytes/blob-from.js";
import { sha256OfBlob } from "../../bytes/sha256-of-blob.js";
import type { GenerationRecord, OutputRecord, ThumbnailRecord } from "../../generation/generation-record.js";
import { errorText } from "../../ports/error-text.js";
import type { ScaledImage } from "../../ports/image-scaler.js";
import { withinTime } from "../../process/within-time.js";
import type { Poster } from "./load-poster.js";
import type { MarkOutput } from "./mark-output.js";
import type { OutputsContext } from "./outputs-context.js";

/** Max width and height in pixels: large enough for a gallery on any screen density. */
export const maxSide = 512;
/** Max time for all thumbnails of a result. Thumbnails are optional and must not delay a paid result. */
const maxTotalMs = 5_000;

/** Max size in bytes of a poster that is stored unscaled, because there is no scaler or it failed. */
const maxUnscaledBytes = 1_048_576;

/** The sources of a thumbnail: the output itself if it is an image, otherwise its poster. */
export interface ThumbnailSource {
  readonly body: Blob;
  readonly poster: Poster | null;
}

/**
 * Adds a placeholder and a thumbnail to a stored output. Returns the output unchanged if its image cannot be scaled, or if it is
 * a video or audio file without a poster.
 */
export type AddThumbnail = (output: OutputRecord, source: ThumbnailSource) => Promise<OutputRecord>;

/** An image for a thumbnail, before its mark. */
interface SmallImage extends Omit<ScaledImage, "bytes"> {
  readonly body: Blob;
}

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
    { contentType, height, width }: SmallImage,
    { body, ended, index }: { readonly body: Blob; readonly ended: AbortSignal; readonly index: number },
  ): Promise<ThumbnailRecord> => {
    const sha256 = await sha256OfBlob(body);
    const storageKey = `${generation.storagePrefix}/${index}-thumb-${sha256.slice(0, 16)}`;
    await storage.put(storageKey, body, { contentType, sha256, signal: ended });
    return { storageKey, contentType, byteLength: body.size, width, height };
  };

  /** The scaled image, or a small poster unscaled; `null` without either. */
  const smallOf = async (image: Blob, poster: Poster | null): Promise<SmallImage | null> => {
    const scaled = scaler && (await attempt(() => scaler.shrink(image, maxSide)));
    if (scaled) return { ...scaled, body: blobFrom(scaled.bytes) };
    return poster === null || image.size > maxUnscaledBytes ? null : { ...poster.measure, body: image };
  };

  return async (output, { body: file, poster }) => {
    const image = output.kind === "image" ? file : (poster?.body ?? null);
    const small = image && (await smallOf(image, poster));
    if (image === null || small === null) return output;
    const placeholder = await attempt(async () => scaler?.placeholderOf(small.body) ?? null);
    const { contentType } = small;
    const { index } = output;
    const marked = await attempt(() => mark(small.body, { contentType, index, part: "thumbnail" }));
    // A thumbnail that is as large as the output saves nothing.
    const body = marked !== null && marked.file.size < file.size ? marked.file : null;
    const thumbnail = body && (await attempt((ended) => store(small, { body, ended, index })));
    return { ...output, placeholder, thumbnail };
  };
}
