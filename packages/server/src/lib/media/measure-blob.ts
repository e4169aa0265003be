import { type MediaMeasure, measureMedia, measureView, sniffContentType } from "./measure-media.js";
import { PartialView } from "./partial-view.js";

/** What is no larger is read at once. */
const mostBytesAtOnce = 1_048_576;
/** The longest signature. */
const signatureBytes = 12;

/**
 * As `measureMedia`, for a picture that may be larger than the memory: of a large one only those places are read that say
 * something of its size, and of all of them no more than 16 MiB. Where a moving picture has more, only the frames before
 * that are counted; a JPEG or an AVIF whose size lies behind so much else counts as damaged.
 */
export async function measureBlob(picture: Blob): Promise<MediaMeasure | null> {
  if (picture.size <= mostBytesAtOnce) return measureMedia(await bytesOf(picture));
  const contentType = sniffContentType(await bytesOf(picture.slice(0, signatureBytes)));
  if (contentType === null) return null;
  const view = new PartialView(picture);
  for (;;) {
    const measure = measureView(contentType, view);
    // A reader takes a moment and remembers nothing: it begins anew, and comes further.
    if (!(await view.readMissing())) return measure;
  }
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
