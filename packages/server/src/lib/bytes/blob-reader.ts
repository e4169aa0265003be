/** In bytes. */
const windowBytes = 65_536;

/** Reads a file by offset, with one window of it in memory. Fast for reads in ascending order. */
export class BlobReader {
  readonly #file: Blob;
  #window = new Uint8Array(0);
  #start = 0;

  constructor(file: Blob) {
    this.#file = file;
  }

  get size(): number {
    return this.#file.size;
  }

  /** @throws {RangeError} beyond the end of the file */
  async bytes(at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (at < 0 || length < 0 || at + length > this.size) throw new RangeError("The file ends before this offset.");
    if (at < this.#start || at + length > this.#start + this.#window.byteLength) {
      const end = Math.min(at + Math.max(length, windowBytes), this.size);
      this.#window = new Uint8Array(await this.#file.slice(at, end).arrayBuffer());
      this.#start = at;
    }
    return this.#window.subarray(at - this.#start, at - this.#start + length);
  }

  /** @throws {RangeError} beyond the end of the file */
  async view(at: number, length: number): Promise<DataView> {
    const { buffer, byteOffset, byteLength } = await this.bytes(at, length);
    return new DataView(buffer, byteOffset, byteLength);
  }

  /**
   * Each byte as one character, for the names in a file.
   *
   * @throws {RangeError} beyond the end of the file
   */
  async text(at: number, length: number): Promise<string> {
    return String.fromCharCode(...(await this.bytes(at, length)));
  }
}
