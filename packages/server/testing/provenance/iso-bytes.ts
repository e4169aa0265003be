/** Bytes, or a text with one byte for each character. */
export type Bytes = Uint8Array | readonly number[] | string;

/** A box of an ISO media file. */
export function box(name: string, ...content: readonly Bytes[]): Uint8Array<ArrayBuffer> {
  const body = join(...content);
  return join(uint32(8 + body.byteLength), name, body);
}

/** Big-endian. */
export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Copies all parts into one array. */
export function join(...parts: readonly Bytes[]): Uint8Array<ArrayBuffer> {
  const arrays = parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Uint8Array.from(part)));
  return new Uint8Array(Buffer.concat(arrays));
}
