/** Reads big-endian numbers and texts one after another. */
export class ByteCursor {
  readonly #view: DataView;
  #at = 0;

  constructor(view: DataView) {
    this.#view = view;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#view.byteLength;
  }

  /**
   * @param length 0 to 8 bytes
   * @throws {RangeError} beyond the end, and for a number that JavaScript cannot represent
   */
  uint(length: number): number {
    let value = 0;
    for (const end = this.#at + length; this.#at < end; this.#at += 1)
      value = value * 256 + this.#view.getUint8(this.#at);
    if (value > Number.MAX_SAFE_INTEGER) throw new RangeError("The number is too large.");
    return value;
  }

  /**
   * Each byte as one character.
   *
   * @throws {RangeError} beyond the end
   */
  text(length: number): string {
    return String.fromCharCode(...Array.from({ length }, () => this.uint(1)));
  }

  /**
   * A text up to its zero byte, which is skipped.
   *
   * @throws {RangeError} without a zero byte
   */
  textToZero(): string {
    let text = "";
    for (let code = this.uint(1); code !== 0; code = this.uint(1)) text += String.fromCharCode(code);
    return text;
  }
}
