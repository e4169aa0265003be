import { BlobReader } from "../bytes/blob-reader.js";
import { PartLimit } from "./containers/container-header.js";
import { readIsoBox } from "./containers/iso-box.js";
import { openLengths } from "./containers/wav-header.js";
import { readVarint, segmentId } from "./containers/webm-header.js";

/**
 * Whether a video or audio file is shorter than its outermost parts state: its end was cut off, or a length is false. Formats
 * without such a length, such as MP3, are never truncated. Reads only the headers of those parts.
 *
 * @param contentType the detected one.
 */
export async function isTruncated(file: Blob, contentType: string): Promise<boolean> {
  const reader = new BlobReader(file);
  try {
    if (/^(video|audio)\/(mp4|quicktime)$/.test(contentType)) return await endsInsideBox(reader);
    if (contentType === "audio/wav") return await endsInsideRiff(reader);
    return contentType.endsWith("/webm") && (await endsInsideSegment(reader));
  } catch (error) {
    // The header of a part is cut off.
    if (error instanceof RangeError) return true;
    throw error;
  }
}

/** Checks the first boxes only: in a file of many fragments, the rest is not read. */
async function endsInsideBox(file: BlobReader): Promise<boolean> {
  const parts = new PartLimit();
  for (let at = 0; at + 8 <= file.size && parts.hasLeft; ) {
    parts.visit();
    const { end, isOpen, start } = await readIsoBox(file, { at, end: file.size });
    if (isOpen) return false;
    if (end < start || end > file.size) return true;
    at = end;
  }
  return false;
}

async function endsInsideRiff(file: BlobReader): Promise<boolean> {
  const length = (await file.view(4, 4)).getUint32(0, true);
  return !openLengths.includes(length) && length + 8 > file.size;
}

/** The segment follows the header of the file, whose length has one to eight bytes. */
async function endsInsideSegment(file: BlobReader): Promise<boolean> {
  const header = await readVarint(file, 4);
  const at = 4 + header.byteLength + header.value;
  if ((await file.view(at, 4)).getUint32(0) !== segmentId) return false;
  const length = await readVarint(file, at + 4);
  return !length.isUnknown && at + 4 + length.byteLength + length.value > file.size;
}
