import type { ByteView } from "./image-header.js";

/** In bytes. */
const partBytes = 65_536;
/** Max parts in memory: 16 MiB in total. */
const maxParts = 256;
/**
 * After this many reads, each read takes twice as many parts. A reader that needs all parts then restarts about 25
 * times.
 */
const readsPerSize = 4;

/**
 * A view of a file with only the requested parts in memory. A read of another part fails like a read beyond the end.
 */
export class PartialView implements ByteView {
  readonly #file: Blob;
  readonly #parts = new Map<number, Uint8Array>();
  #byteLength: number;
  #reads = 0;
  /** The requested part that is not in memory. */
  #missing: number | null = null;

  constructor(file: Blob) {
    this.#file = file;
    this.#byteLength = file.size;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** @throws {RangeError} beyond the end, and for a part that is not in memory */
  getUint8(at: number): number {
    if (!(at >= 0 && at < this.#byteLength)) throw new RangeError("The file ends before this offset.");
    const index = Math.floor(at / partBytes);
    const part = this.#parts.get(index);
    if (part === undefined) {
      this.#missing = index;
      throw new RangeError("This part of the file is not in memory.");
    }
    const byte = part[at - index * partBytes];
    if (byte === undefined) throw new RangeError("The file was truncated.");
    return byte;
  }

  getUint16(at: number, littleEndian = false): number {
    const [first, second] = [this.getUint8(at), this.getUint8(at + 1)];
    return littleEndian ? second * 256 + first : first * 256 + second;
  }

  getUint32(at: number, littleEndian = false): number {
    const [first, second] = [this.getUint16(at, littleEndian), this.getUint16(at + 2, littleEndian)];
    return littleEndian ? second * 65_536 + first : first * 65_536 + second;
  }

  /**
   * Reads the missing part, with some that follow it. Once the max number of parts is in memory, it cuts the file after
   * the parts that are contiguous from its start instead.
   *
   * @returns whether a part was missing: then the caller has to parse again.
   */
  async readMissing(): Promise<boolean> {
    const first = this.#missing;
    if (first === null) return false;
    this.#missing = null;
    if (this.#parts.size === maxParts) {
      let contiguous = 0;
      while (this.#parts.has(contiguous)) contiguous += 1;
      this.#byteLength = Math.min(this.#byteLength, contiguous * partBytes);
      return true;
    }
    const end = Math.min(this.#endOfRun(first) * partBytes, this.#byteLength);
    const bytes = new Uint8Array(await this.#file.slice(first * partBytes, end).arrayBuffer());
    for (let index = first; index * partBytes < end; index += 1) {
      const start = (index - first) * partBytes;
      this.#parts.set(index, bytes.subarray(start, start + partBytes));
    }
    this.#reads += 1;
    return true;
  }

  /** Up to the next part in memory, and within the max number of parts. */
  #endOfRun(first: number): number {
    const wanted = 2 ** Math.floor(this.#reads / readsPerSize);
    const limit = first + Math.min(wanted, maxParts - this.#parts.size);
    let end = first + 1;
    while (end < limit && !this.#parts.has(end)) end += 1;
    return end;
  }
}
