import type { BlobReader } from "../../bytes/blob-reader.js";
import { concatBytes } from "../../bytes/concat-bytes.js";
import { maxSteps } from "./metadata-format.js";

/** A box of an ISO media file: MP4, MOV or AVIF. */
export interface IsoBox {
  readonly name: string;
  /** Offset of its header. */
  readonly at: number;
  /** Start and end of its content. */
  readonly start: number;
  readonly end: number;
  /** Whether its length is not stated: it extends to the end of the file. */
  readonly isOpen: boolean;
}

/** Max length of a box whose length has four bytes. */
export const maxShortBytes = 0xffff_ffff;

/**
 * The boxes in a part of a file; `null` if one exceeds its parent, or there are too many.
 *
 * @throws {RangeError} when the file ends too early.
 */
export async function isoBoxesIn(
  file: BlobReader,
  { end: limit, start: first }: Pick<IsoBox, "end" | "start">,
): Promise<readonly IsoBox[] | null> {
  const boxes: IsoBox[] = [];
  for (let at = first; at < limit; ) {
    if (boxes.length === maxSteps) return null;
    const [length, name] = [(await file.view(at, 4)).getUint32(0), await file.text(at + 4, 4)];
    // 1 means a length of eight bytes after the name. 0 means the rest of the file.
    const start = at + (length === 1 ? 16 : 8);
    const end =
      length === 1 ? at + Number((await file.view(at + 8, 8)).getBigUint64(0)) : length === 0 ? limit : at + length;
    if (end < start || end > limit) return null;
    boxes.push({ name, at, start, end, isOpen: length === 0 });
    at = end;
  }
  return boxes;
}

/** @param content at most 4 GiB */
export function isoBox(name: string, ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = concatBytes(...content);
  return concatBytes(uint32(8 + body.byteLength), ascii(name), body);
}

/** @param text one byte for each character */
export function ascii(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Big-endian, as all numbers of these files. */
export function uint32(value: number): Uint8Array<ArrayBuffer> {
  return uintOf(value, 4);
}

/** @param length in bytes; the value must fit */
export function uintOf(value: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let left = value;
  for (let at = length - 1; at >= 0; at -= 1) {
    bytes[at] = left % 256;
    left = Math.floor(left / 256);
  }
  return bytes;
}
