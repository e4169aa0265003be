import { bytesOfBlob } from "../bytes/bytes-of-blob.js";
import { fileSignatureBytes } from "../bytes/file-signature.js";
import { type MediaMeasure, measureMedia, measureView, sniffContentType } from "./measure-media.js";
import { PartialView } from "./partial-view.js";

/** Max size of an image that is read as a whole, in bytes. */
const maxWholeBytes = 1_048_576;

/**
 * Like `measureMedia`, for an image that may be larger than the memory. Of a large image it reads only the parts with
 * its size, and at most 16 MiB. Of a longer animation, it counts only the frames before that limit. A JPEG or an AVIF
 * whose size comes after that limit counts as damaged.
 */
export async function measureBlob(image: Blob): Promise<MediaMeasure | null> {
  if (image.size <= maxWholeBytes) return measureMedia(await bytesOfBlob(image));
  const contentType = sniffContentType(await bytesOfBlob(image.slice(0, fileSignatureBytes)));
  if (contentType === null) return null;
  const view = new PartialView(image);
  for (;;) {
    const measure = measureView(contentType, view);
    // A reader is fast and stateless: it restarts after each read, and gets further.
    if (!(await view.readMissing())) return measure;
  }
}
