import { BlobReader } from "../bytes/blob-reader.js";
import { statesAi } from "./ai-statement.js";
import { readAvifMetadata } from "./formats/avif-metadata.js";
import { readVideoMetadata } from "./formats/bmff-metadata.js";
import { readGifMetadata } from "./formats/gif-metadata.js";
import { readJpegMetadata } from "./formats/jpeg-metadata.js";
import type { FileMetadata, MetadataReader, PacketSpan } from "./formats/metadata-format.js";
import { readMp3Metadata } from "./formats/mp3-metadata.js";
import { readPngMetadata } from "./formats/png-metadata.js";
import { readWavMetadata } from "./formats/wav-metadata.js";
import { readWebpMetadata } from "./formats/webp-metadata.js";

/** Max size of an XMP packet that is read, in bytes. */
const maxPacketBytes = 1_048_576;
/** Max tags, comments and other marks `<` of an XMP packet: real ones have some hundreds. A walk of them blocks the event loop. */
const maxPacketTags = 20_000;

const readers: ReadonlyMap<string, MetadataReader> = new Map([
  ["image/png", readPngMetadata],
  ["image/jpeg", readJpegMetadata],
  ["image/webp", readWebpMetadata],
  ["image/gif", readGifMetadata],
  ["image/avif", readAvifMetadata],
  ["video/mp4", readVideoMetadata],
  ["video/quicktime", readVideoMetadata],
  ["audio/mp4", readVideoMetadata],
  ["audio/wav", readWavMetadata],
  ["audio/mpeg", readMp3Metadata],
]);

/** Whether files of this type can contain the mark of `iptcMark`. */
export function isMarkable(contentType: string): boolean {
  return readers.has(contentType);
}

/** The metadata of a file, with the text of its XMP packet. */
export interface ReadMetadata extends Omit<FileMetadata, "packet"> {
  /** `null` if there is none. */
  readonly xmp: string | null;
  /** Whether the file states that AI made it. */
  readonly statesAi: boolean;
}

/** Reads the marks of a file. `null` for another type and for a damaged file. */
export async function readMetadata(file: Blob, contentType: string): Promise<ReadMetadata | null> {
  try {
    const metadata = (await readers.get(contentType)?.(new BlobReader(file))) ?? null;
    if (metadata === null) return null;
    const { packet, ...others } = metadata;
    if (packet === null) return { ...others, xmp: null, statesAi: false };
    const xmp = await packetText(file, packet);
    // An unreadable packet must stay as it is.
    if (xmp === null) return { ...others, xmp, statesAi: false, editsFor: () => null };
    return { ...others, xmp, statesAi: statesAi(xmp) };
  } catch (error) {
    // The reader throws it when the file ends too early.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** `null` for a packet that is not UTF-8, too long, or with too many tags. */
async function packetText(file: Blob, { end, start }: PacketSpan): Promise<string | null> {
  if (end - start > maxPacketBytes) return null;
  const bytes = await file.slice(start, end).arrayBuffer();
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return hasTooManyTags(text) ? null : text;
  } catch {
    return null;
  }
}

function hasTooManyTags(text: string): boolean {
  let index = text.indexOf("<");
  for (let count = 0; index !== -1; count += 1) {
    if (count === maxPacketTags) return true;
    index = text.indexOf("<", index + 1);
  }
  return false;
}
