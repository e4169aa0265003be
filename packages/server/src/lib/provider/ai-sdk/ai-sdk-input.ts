/** Input of an image model of the AI SDK. Fields that are not in the model's schema are not sent. */
export interface AiSdkInput {
  /** Required by most models; some, such as upscalers, need none. */
  readonly prompt?: string | undefined;
  /**
   * Number of images, from 1.
   * @default 1
   */
  readonly n?: number | undefined;
  /** Such as `"1024x1024"`. A model supports either this or `aspectRatio`, and warns about the other. */
  readonly size?: string | undefined;
  /** Such as `"16:9"`. */
  readonly aspectRatio?: string | undefined;
  /** If one generation needs several calls, each call gets its own seed, counted up from this one. */
  readonly seed?: number | undefined;
  /** References to uploaded images, for models that edit. V3 and later. */
  readonly images?: readonly string[] | undefined;
  /** Reference to an uploaded image. */
  readonly mask?: string | undefined;
}
