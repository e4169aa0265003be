import { constants, crc32, deflateSync } from "node:zlib";
import type { Crop } from "./crop-to-aspect-ratio.js";

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** 8 bits per channel, true color, not interlaced. */
const format = Uint8Array.of(8, 2, 0, 0, 0);

/** Encodes an image as a PNG: header, one data chunk, end. */
export function encodePng({ width, height, bytes }: Crop): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set(format, 8);
  // Grain does not repeat: a search for matches takes five times as long as run lengths alone, for 10 % fewer bytes.
  const data = deflateSync(filterRows(bytes, width * 3), { strategy: constants.Z_RLE });
  return join([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", new Uint8Array())]);
}

/**
 * Writes each byte as its difference to the mean of its left and upper neighbors, PNG's filter 3. It is the best single
 * filter for smooth images; selecting one of the five for each row takes more time than it saves bytes.
 */
function filterRows(bytes: Uint8Array, rowLength: number): Uint8Array {
  const rows = bytes.length / rowLength;
  const filtered = new Uint8Array(bytes.length + rows);
  let target = 0;
  for (let row = 0; row < rows; row += 1) {
    filtered[target] = 3;
    target += 1;
    const start = row * rowLength;
    for (let column = 0; column < rowLength; column += 1) {
      const left = column < 3 ? 0 : (bytes[start + column - 3] ?? 0);
      const above = row === 0 ? 0 : (bytes[start + column - rowLength] ?? 0);
      filtered[target] = (bytes[start + column] ?? 0) - ((left + above) >> 1);
      target += 1;
    }
  }
  return filtered;
}

function chunk(name: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(content.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  for (let index = 0; index < 4; index += 1) bytes[4 + index] = name.charCodeAt(index);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
