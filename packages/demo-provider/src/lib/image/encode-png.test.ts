import { crc32, inflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { encodePng } from "./encode-png.js";

describe("encodePng", () => {
  const size = 23;
  const bytes = Uint8Array.from({ length: size * size * 3 }, (_, index) => (index * 89 + (index >> 3) * 151) & 255);

  it("encodes a PNG with the bitmap's size", async () => {
    const metadata = await sharp(encodePng({ width: size, height: size, bytes })).metadata();
    expect(metadata).toMatchObject({ format: "png", width: size, height: size });
  });

  it("keeps every pixel", () => {
    const data = chunksOf(encodePng({ width: size, height: size, bytes })).find(({ name }) => name === "IDAT");
    expect(unfilter(inflateSync(data?.content ?? new Uint8Array()), size * 3)).toEqual(bytes);
  });

  it("writes header, data and end, each with its checksum", () => {
    const chunks = chunksOf(encodePng({ width: size, height: size, bytes }));
    expect(chunks.map(({ name }) => name)).toEqual(["IHDR", "IDAT", "IEND"]);
    expect(chunks.map(({ isIntact }) => isIntact)).toEqual([true, true, true]);
  });
});

interface Chunk {
  readonly name: string;
  readonly content: Uint8Array;
  readonly isIntact: boolean;
}

function chunksOf(png: Uint8Array): readonly Chunk[] {
  const view = new DataView(png.buffer, png.byteOffset);
  const chunks: Chunk[] = [];
  for (let at = 8; at < png.byteLength; ) {
    const length = view.getUint32(at);
    const named = png.subarray(at + 4, at + 8 + length);
    const isIntact = crc32(named) === view.getUint32(at + 8 + length);
    chunks.push({ name: String.fromCharCode(...named.subarray(0, 4)), content: named.subarray(4), isIntact });
    at += 12 + length;
  }
  return chunks;
}

/** Reverses the filter "average", as a decoder does. */
function unfilter(filtered: Uint8Array, rowLength: number): Uint8Array {
  const rows = filtered.length / (rowLength + 1);
  const bytes = new Uint8Array(rows * rowLength);
  for (let row = 0; row < rows; row += 1) {
    expect(filtered[row * (rowLength + 1)]).toBe(3);
    for (let column = 0; column < rowLength; column += 1) {
      const left = column < 3 ? 0 : (bytes[row * rowLength + column - 3] ?? 0);
      const above = row === 0 ? 0 : (bytes[(row - 1) * rowLength + column] ?? 0);
      const difference = filtered[row * (rowLength + 1) + 1 + column] ?? 0;
      bytes[row * rowLength + column] = difference + ((left + above) >> 1);
    }
  }
  return bytes;
}
