import { crc32, deflateSync } from "node:zlib";

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Eight bits, gray; nothing interlaced. */
const format = [8, 0, 0, 0, 0];

/**
 * A real picture of one gray pixel, for tests that care for bytes and not for what they show.
 *
 * @param shade from 0 to 255; another shade, other bytes.
 */
export function tinyPng(shade = 128): Uint8Array {
  const size = [0, 0, 0, 1];
  return Buffer.concat([
    signature,
    chunk("IHDR", Uint8Array.of(...size, ...size, ...format)),
    chunk("IDAT", deflateSync(Uint8Array.of(0, shade))),
    chunk("IEND", new Uint8Array()),
  ]);
}

function chunk(name: string, content: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
  return Buffer.concat([uint32(content.byteLength), body, uint32(crc32(body))]);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
