/** A picture that was made smaller. */
export interface SmallPicture {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** In pixels, upright. */
  readonly width: number;
  readonly height: number;
}

/** Makes pictures small. Where it cannot, as the library for it is not there, it answers `null` to everything. */
export interface PictureScaler {
  /** Loads the library. Called when a worker starts; the other methods do not depend on it. */
  load?(): Promise<void>;
  /**
   * Fits a picture into a square: upright, in a format that every browser shows, without what cameras write beside the
   * pixels. Of a moving picture that is the first frame. What fits already stays as large as it is.
   *
   * @param side of the square, in pixels.
   * @throws when the bytes cannot be read as a picture, have too many pixels, or take too long; or are more than 64 MiB.
   */
  shrink(picture: Blob, side: number): Promise<SmallPicture | null>;
  /**
   * What to paint before the picture is there: a thumbhash in base64.
   *
   * @throws as `shrink`.
   */
  placeholderOf(picture: Blob): Promise<string | null>;
}
