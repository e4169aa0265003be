import type { ByteView } from "./picture-header.js";

/** Thrown where the bytes of a part were not read yet. */
export class UnreadPart {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

/** In bytes. A reader that jumps from one place to the next has one read for each. */
const partBytes = 65_536;
/** All of them are 16 MiB. */
const mostParts = 256;

/** A file of which those parts are in memory that were asked for. */
export class PartialView implements ByteView {
  readonly #file: Blob;
  readonly #parts = new Map<number, Uint8Array>();
  #byteLength: number;

  constructor(file: Blob) {
    this.#file = file;
    this.#byteLength = file.size;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /**
   * @throws {UnreadPart} where the part is to be read first
   * @throws {RangeError} beyond the end
   */
  getUint8(at: number): number {
    if (!(at >= 0 && at < this.#byteLength)) throw new RangeError("The file ends before that.");
    const index = Math.floor(at / partBytes);
    const part = this.#parts.get(index);
    if (part === undefined) throw new UnreadPart(index);
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

  /** Reads a part; or, once there are as many as may be, takes the file to end with what was read from its start on. */
  async read({ index }: UnreadPart): Promise<void> {
    if (this.#parts.size === mostParts) {
      let whole = 0;
      while (this.#parts.has(whole)) whole += 1;
      this.#byteLength = Math.min(this.#byteLength, whole * partBytes);
      return;
    }
    const start = index * partBytes;
    const part = await this.#file.slice(start, Math.min(start + partBytes, this.#byteLength)).arrayBuffer();
    this.#parts.set(index, new Uint8Array(part));
  }
}
