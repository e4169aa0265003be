import { concatBytes } from "../../bytes/concat-bytes.js";

/** A chunk of a PNG: length, name, content and checksum. */
export function pngChunk(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = concatBytes(new TextEncoder().encode(name), content);
  return concatBytes(uint32(content.byteLength), body, uint32(crc32(body)));
}

function uint32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** @see https://www.w3.org/TR/png-3/#samplecrc (checked 2026-11) */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
