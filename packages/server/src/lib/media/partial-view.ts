import type { ByteView } from "./picture-header.js";

/** In bytes. */
const partBytes = 65_536;
/** All of them are 16 MiB. */
const mostParts = 256;
/** After so many reads, each takes twice as many parts: a reader that needs all of them begins anew some 25 times. */
const readsOfOneSize = 4;

/** A file of which those parts are in memory that were asked for: to the others it says that the bytes end too early. */
export class PartialView implements ByteView {
  readonly #file: Blob;
  readonly #parts = new Map<number, Uint8Array>();
  #byteLength: number;
  #reads = 0;
  /** The part that was asked for and is not there. */
  #missing: number | null = null;

  constructor(file: Blob) {
    this.#file = file;
    this.#byteLength = file.size;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** @throws {RangeError} beyond the end, and where the part is to be read first */
  getUint8(at: number): number {
    if (!(at >= 0 && at < this.#byteLength)) throw new RangeError("The file ends before that.");
    const index = Math.floor(at / partBytes);
    const part = this.#parts.get(index);
    if (part === undefined) {
      this.#missing = index;
      throw new RangeError("That part of the file was not read yet.");
    }
    const byte = part[at - index * partBytes];
    if (byte === undefined) throw new RangeError("The file has become shorter.");
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
   * Reads the part that was missing, with some after it; or, once there are as many as may be, takes the file to end with
   * what was read from its start on.
   *
   * @returns whether there was one: whoever looked has to look again.
   */
  async readMissing(): Promise<boolean> {
    const first = this.#missing;
    if (first === null) return false;
    this.#missing = null;
    if (this.#parts.size === mostParts) {
      let whole = 0;
      while (this.#parts.has(whole)) whole += 1;
      this.#byteLength = Math.min(this.#byteLength, whole * partBytes);
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

  /** Up to the next part that is there already, and within what may be read. */
  #endOfRun(first: number): number {
    const wanted = 2 ** Math.floor(this.#reads / readsOfOneSize);
    const most = first + Math.min(wanted, mostParts - this.#parts.size);
    let end = first + 1;
    while (end < most && !this.#parts.has(end)) end += 1;
    return end;
  }
}
