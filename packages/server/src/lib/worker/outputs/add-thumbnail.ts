import { blobFrom } from "../../bytes/blob-from.js";
import { sha256Hex } from "../../bytes/sha256-hex.js";
import type { GenerationRecord, OutputRecord, ThumbnailRecord } from "../../generation/generation-record.js";
import { errorText } from "../../ports/error-text.js";
import type { SmallPicture } from "../../ports/picture-scaler.js";
import { withinTime } from "../../process/within-time.js";
import type { WorkerContext } from "../context/worker-context.js";

/** In pixels: large enough for a gallery on a screen of any density. */
const thumbnailSide = 512;
/** All thumbnails of a result together: what is paid for must not wait for what nobody asked for. */
const limitMs = 5_000;

/** Adds placeholder and thumbnail to an output that is stored; gives it back as it is where that cannot be. */
export type AddThumbnail = (output: OutputRecord, picture: Blob) => Promise<OutputRecord>;

/**
 * Makes what adds thumbnails to the outputs of one result. Whatever goes wrong with them goes wrong with them alone. Doing
 * it again changes nothing: a key carries the hash of its bytes.
 */
export function addingThumbnails(
  context: Pick<WorkerContext, "clock" | "logger" | "scaler" | "storage">,
  generation: Pick<GenerationRecord, "id" | "storagePrefix">,
  signal: AbortSignal,
): AddThumbnail {
  const { clock, logger, scaler, storage } = context;
  let leftMs = limitMs;

  /** `null` when it failed, or took too long. */
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
    { bytes, ...small }: SmallPicture,
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
