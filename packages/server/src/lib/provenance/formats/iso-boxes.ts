import type { BlobReader } from "../../bytes/blob-reader.js";
import { concatBytes } from "../../bytes/concat-bytes.js";
import { type IsoBox, readIsoBox } from "../../media/containers/iso-box.js";
import { maxSteps } from "./metadata-format.js";

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
    const box = await readIsoBox(file, { at, end: limit });
    if (box.end < box.start || box.end > limit) return null;
    boxes.push(box);
    at = box.end;
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
