import { crc32, deflateSync } from "node:zlib";

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Bit depth 8, grayscale, default compression and filter, not interlaced. */
const format = [8, 0, 0, 0, 0];

/**
 * A valid PNG of one gray pixel, for tests that need the bytes of an image.
 *
 * @param shade from 0 (black) to 255 (white). Different shades have different bytes.
 */
export function tinyPng(shade = 128): Uint8Array {
  const size = [0, 0, 0, 1];
  return Uint8Array.from([
    ...signature,
    ...chunk("IHDR", [...size, ...size, ...format]),
    ...chunk("IDAT", [...deflateSync(Uint8Array.of(0, shade))]),
    ...chunk("IEND", []),
  ]);
}

function chunk(name: string, content: readonly number[]): readonly number[] {
  const body = Uint8Array.from([...Buffer.from(name, "latin1"), ...content]);
  return [...uint32(content.length), ...body, ...uint32(crc32(body))];
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
