import { crc32, deflateSync } from "node:zlib";

/** A square PNG of noise, which does not compress: about three bytes per pixel. */
export function noisePng(side: number): Uint8Array<ArrayBuffer> {
  const rows = Buffer.alloc(side * (1 + side * 3));
  for (let row = 0; row < side; row += 1) {
    crypto.getRandomValues(rows.subarray(row * (1 + side * 3) + 1, (row + 1) * (1 + side * 3)));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Uint8Array.from(
    Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]),
  );
}

function chunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.byteLength);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}
