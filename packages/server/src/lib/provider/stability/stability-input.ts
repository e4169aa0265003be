/**
 * What the models that paint have in common. Everything else in the model's schema is passed on as it is.
 *
 * @see https://platform.stability.ai/docs/api-reference (2026-11)
 */
export interface StabilityInput extends StabilityToolInput {
  readonly prompt: string;
}

/** What the tools take that work on another picture; which of it, the vendor's reference says for each. */
export interface StabilityToolInput {
  readonly prompt?: string | undefined;
  readonly negative_prompt?: string | undefined;
  /** Such as `"16:9"`. @default "1:1" */
  readonly aspect_ratio?: string | undefined;
  /** From 0 to 4,294,967,294. */
  readonly seed?: number | undefined;
  /** @default "png" */
  readonly output_format?: "png" | "jpeg" | "webp" | undefined;
  readonly style_preset?: string | undefined;
  /** A picture to begin with: a reference to an upload, or a data URL. */
  readonly image?: string | undefined;
  /** From 0, which gives `image` back, to 1, which forgets it. */
  readonly strength?: number | undefined;
  /** For the models named `sd3`. @default "image-to-image" with an `image`, else "text-to-image" */
  readonly mode?: "text-to-image" | "image-to-image" | undefined;
  /** For the models named `sd3`. */
  readonly cfg_scale?: number | undefined;
  /** As `image`: white is painted anew. */
  readonly mask?: string | undefined;
  /** For upscaling: how freely details are made up. */
  readonly creativity?: number | undefined;
  /** As `image`, for what replaces its background. */
  readonly subject_image?: string | undefined;
  readonly background_prompt?: string | undefined;
}
