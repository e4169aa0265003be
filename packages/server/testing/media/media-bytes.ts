/** Bytes, or a text with one byte for each character. */
export type Bytes = Uint8Array | readonly number[] | string;

/** A box of an ISO media file, such as an MP4 or AVIF: its length, its name and its content. */
export function box(name: string, ...content: readonly Bytes[]): Uint8Array<ArrayBuffer> {
  const body = join(...content);
  return join(uint32(8 + body.length), name, body);
}

/** An element of a WebM: its id in hexadecimal, its length and its content. */
export function element(id: string, ...content: readonly Bytes[]): Uint8Array<ArrayBuffer> {
  const body = join(...content);
  return join(Buffer.from(id, "hex"), [0x10], uint32(body.length).subarray(1), body);
}

/** Copies all parts into one array. */
export function join(...parts: readonly Bytes[]): Uint8Array<ArrayBuffer> {
  const arrays = parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Uint8Array.from(part)));
  return new Uint8Array(Buffer.concat(arrays));
}

/** Four bytes, big-endian by default. */
export function uint32(value: number, isLittle = false): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, isLittle);
  return bytes;
}

export function zeros(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length);
}
