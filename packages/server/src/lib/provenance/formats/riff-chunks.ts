import type { BlobReader } from "../../bytes/blob-reader.js";
import { concatBytes } from "../../bytes/concat-bytes.js";
import { maxSteps } from "./metadata-format.js";

/**
 * Max length in the header of a RIFF file: WebP's limit, 2^32 − 10. The file, with 8 bytes before its content, stays below
 * 4 GiB.
 */
export const maxRiffBytes = 0xffff_fff6;

/** A chunk of a RIFF file, such as WebP and WAV. */
export interface RiffChunk {
  readonly name: string;
  /** Offset of its header. */
  readonly at: number;
  /** Offset of its content. */
  readonly start: number;
  readonly end: number;
  /** Offset behind the zero byte that follows a content of odd length. */
  readonly next: number;
}

/**
 * The chunks of a RIFF file; `null` if there are too many. The last may exceed `end`.
 *
 * @throws {RangeError} when the file ends inside of a header.
 */
export async function riffChunksIn(file: BlobReader, end: number): Promise<readonly RiffChunk[] | null> {
  const chunks: RiffChunk[] = [];
  for (let at = 12; at < end; ) {
    if (chunks.length === maxSteps) return null;
    const name = await file.text(at, 4);
    const length = (await file.view(at + 4, 4)).getUint32(0, true);
    const start = at + 8;
    const next = start + length + (length % 2);
    chunks.push({ name, at, start, end: start + length, next });
    at = next;
  }
  return chunks;
}

/** @param name four ASCII characters */
export function riffChunk(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = concatBytes(new TextEncoder().encode(name), littleUint32(content.byteLength));
  return concatBytes(header, content, new Uint8Array(content.byteLength % 2));
}

/** Little-endian, as all numbers of these files. */
export function littleUint32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
