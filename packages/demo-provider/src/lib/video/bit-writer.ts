/** Writes numbers of any number of bits, the highest bit first. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #current = 0;
  #used = 0;

  /** Writes the lowest `count` bits of a number, at most 32. */
  bits(value: number, count: number): this {
    for (let bit = count - 1; bit >= 0; bit -= 1) {
      this.#current = (this.#current << 1) | ((value >>> bit) & 1);
      this.#used += 1;
      if (this.#used === 8) this.#flush();
    }
    return this;
  }

  /** Writes an unsigned number in Exp-Golomb code. */
  golomb(value: number): this {
    const length = 32 - Math.clz32(value + 1);
    return this.bits(0, length - 1).bits(value + 1, length);
  }

  /** Fills the last byte with zeros. */
  align(): this {
    return this.#used === 0 ? this : this.bits(0, 8 - this.#used);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }

  #flush(): void {
    this.#bytes.push(this.#current);
    this.#current = 0;
    this.#used = 0;
  }
}
