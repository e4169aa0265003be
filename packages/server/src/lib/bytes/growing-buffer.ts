const firstBytes = 16_384;

/** Bytes that arrive in chunks, in one buffer: a list of chunks of one byte costs hundreds of bytes of memory for each. */
export interface GrowingBuffer {
  readonly byteLength: number;
  /** Copies a chunk, so the caller may reuse it. Copies all earlier bytes too whenever the capacity doubles. */
  append(chunk: Uint8Array): void;
  /** The bytes so far. A view: the next `append` or `clear` may change them. */
  view(): Uint8Array<ArrayBuffer>;
  /** Drops the bytes and keeps the capacity. */
  clear(): void;
}

/**
 * Creates an empty buffer.
 *
 * @param options.maxBytes capacity that the buffer does not exceed, in bytes. `append` throws a `RangeError` beyond it.
 */
export function createGrowingBuffer({ maxBytes }: { readonly maxBytes: number }): GrowingBuffer {
  let buffer = new Uint8Array(Math.min(firstBytes, maxBytes));
  let byteLength = 0;
  const reserve = (neededBytes: number): void => {
    if (neededBytes <= buffer.byteLength) return;
    const larger = new Uint8Array(Math.min(Math.max(neededBytes, buffer.byteLength * 2), maxBytes));
    larger.set(buffer.subarray(0, byteLength));
    buffer = larger;
  };
  return {
    get byteLength() {
      return byteLength;
    },
    append(chunk) {
      reserve(byteLength + chunk.byteLength);
      buffer.set(chunk, byteLength);
      byteLength += chunk.byteLength;
    },
    view: () => buffer.subarray(0, byteLength),
    clear() {
      byteLength = 0;
    },
  };
}
