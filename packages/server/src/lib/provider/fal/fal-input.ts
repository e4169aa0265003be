/** Width and height of a picture in pixels, or one of fal's names for them. */
export type FalImageSize =
  | "square_hd"
  | "square"
  | "portrait_4_3"
  | "portrait_16_9"
  | "landscape_4_3"
  | "landscape_16_9"
  | { readonly width: number; readonly height: number };

/**
 * What a model of fal takes: its own JSON, as the model's page says. These fields mean the same wherever a model has them;
 * every other field is sent as it is. References to uploaded pictures, wherever they are, become addresses that fal reads.
 *
 * @see https://fal.ai/models (2026-11)
 */
export type FalInput = FalFields & object;

interface FalFields {
  readonly prompt?: string | undefined;
  readonly image_size?: FalImageSize | undefined;
  /** How many pictures; the model's `outputs` must say the same. */
  readonly num_images?: number | undefined;
  readonly seed?: number | null | undefined;
  readonly num_inference_steps?: number | undefined;
  readonly guidance_scale?: number | undefined;
  /** Whether what looks unsafe is blackened; the picture then counts as refused. */
  readonly enable_safety_checker?: boolean | undefined;
  /** Mostly `"jpeg"` or `"png"`. */
  readonly output_format?: string | undefined;
  /**
   * Whether the result has the pictures in it, instead of their addresses: without it, a result is read up to 4 MiB. Say so
   * too where it is the model's own default.
   */
  readonly sync_mode?: boolean | undefined;
  /** A reference to an uploaded picture, or an address that fal reads. */
  readonly image_url?: string | undefined;
  readonly image_urls?: readonly string[] | undefined;
  readonly mask_url?: string | undefined;
}
