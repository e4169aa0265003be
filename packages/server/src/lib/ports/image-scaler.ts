/** A scaled-down image. */
export interface ScaledImage {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** In pixels, after rotation to upright. */
  readonly width: number;
  readonly height: number;
}

/** Scales images down. Every method returns `null` if the image library is not installed. */
export interface ImageScaler {
  /** Loads the library. Called when a worker starts; the other methods do not depend on it. */
  load?(): Promise<void>;
  /**
   * Fits an image into a square: upright, in a format that every browser supports, without camera metadata. Uses the
   * first frame of an animated image. Does not enlarge an image that already fits.
   *
   * @param side of the square, in pixels.
   * @throws if the bytes are not a readable image, exceed 64 MiB, have too many pixels, or take too long.
   */
  shrink(image: Blob, side: number): Promise<ScaledImage | null>;
  /**
   * Returns a thumbhash in base64, to display until the image has loaded.
   *
   * @throws as `shrink`.
   */
  placeholderOf(image: Blob): Promise<string | null>;
}
