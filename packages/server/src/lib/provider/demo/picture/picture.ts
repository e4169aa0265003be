/** A picture to be drawn. Equal pictures are equal to the byte. */
export interface Picture {
  readonly prompt: string;
  readonly seed: number;
  /** Width and height in pixels. */
  readonly size: number;
}
