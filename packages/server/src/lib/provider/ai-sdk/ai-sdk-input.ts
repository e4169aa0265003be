/** What an image model of the AI SDK can be asked for. What the schema of a model leaves out is not sent. */
export interface AiSdkInput {
  /** Needed by all but a few, such as those that enlarge. */
  readonly prompt?: string | undefined;
  /**
   * How many pictures, from 1.
   * @default 1
   */
  readonly n?: number | undefined;
  /** Such as `"1024x1024"`. A model knows either this or `aspectRatio`, and warns of the other. */
  readonly size?: string | undefined;
  /** Such as `"16:9"`. */
  readonly aspectRatio?: string | undefined;
  /** Where one generation needs several calls, each has a seed of its own, counted up from this. */
  readonly seed?: number | undefined;
  /** References to uploaded pictures, for models that edit. From V3 on. */
  readonly images?: readonly string[] | undefined;
  /** Reference to an uploaded picture. */
  readonly mask?: string | undefined;
}
