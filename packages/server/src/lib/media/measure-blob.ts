import { type MediaMeasure, measureMedia, measureView, sniffContentType } from "./measure-media.js";
import { PartialView, UnreadPart } from "./partial-view.js";

/** In bytes: what is no larger is read at once. */
const smallBytes = 1_048_576;
/** The longest signature. */
const signatureBytes = 12;

/**
 * As `measureMedia`, for a picture that may be larger than the memory: of a large one only those places are read that say
 * something of its size, and of all of them no more than 16 MiB. Where a moving picture has more, only the frames before
 * that are counted; a JPEG or an AVIF whose size lies behind so much else counts as damaged.
 */
export async function measureBlob(picture: Blob): Promise<MediaMeasure | null> {
  if (picture.size <= smallBytes) return measureMedia(await bytesOf(picture));
  const contentType = sniffContentType(await bytesOf(picture.slice(0, signatureBytes)));
  if (contentType === null) return null;
  const view = new PartialView(picture);
  for (;;) {
    try {
      return measureView(contentType, view);
    } catch (error) {
      if (!(error instanceof UnreadPart)) throw error;
      // A reader takes a moment and remembers nothing: it begins anew, and comes further.
      await view.read(error);
    }
  }
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
