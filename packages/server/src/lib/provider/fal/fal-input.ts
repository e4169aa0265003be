/** Size of an image in pixels, or one of fal's names for sizes. */
export type FalImageSize =
  | "square_hd"
  | "square"
  | "portrait_4_3"
  | "portrait_16_9"
  | "landscape_4_3"
  | "landscape_16_9"
  | { readonly width: number; readonly height: number };

/**
 * Input of a fal model: its own JSON, as documented on the model's page. The fields below mean the same in all models
 * that have them. Other fields are sent unchanged. References to uploaded files, at any depth, become URLs that fal can
 * read.
 *
 * @see https://fal.ai/models (2026-11)
 */
export type FalInput = FalFields & object;

interface FalFields {
  readonly prompt?: string | undefined;
  readonly image_size?: FalImageSize | undefined;
  /** Number of images; the model's `outputs` must be the same. */
  readonly num_images?: number | undefined;
  readonly seed?: number | null | undefined;
  readonly num_inference_steps?: number | undefined;
  readonly guidance_scale?: number | undefined;
  /** Whether unsafe images are blackened. A blackened image counts as refused. */
  readonly enable_safety_checker?: boolean | undefined;
  /** Usually `"jpeg"` or `"png"`. */
  readonly output_format?: string | undefined;
  /**
   * Whether the result contains the images instead of URLs. Without it, the result is limited to 4 MiB. Set it also for a
   * model whose own default is `true`.
   */
  readonly sync_mode?: boolean | undefined;
  /** Seconds of a video, such as `"8s"`, `"5"` or `5`: each model has its own form. */
  readonly duration?: string | number | undefined;
  /** Of a video, such as `"720p"`. */
  readonly resolution?: string | undefined;
  /** Of a video, such as `"16:9"`. */
  readonly aspect_ratio?: string | undefined;
  /** A reference to an uploaded image, or a URL that fal can read. */
  readonly image_url?: string | undefined;
  readonly image_urls?: readonly string[] | undefined;
  readonly mask_url?: string | undefined;
}
