/**
 * Input of the text-to-image models. Other fields of the model's schema are passed on unchanged.
 *
 * @see https://platform.stability.ai/docs/api-reference (2026-11)
 */
export interface StabilityInput extends StabilityToolInput {
  readonly prompt: string;
}

/** Input fields of the tools that edit an image. The API reference lists the fields of each tool. */
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
  /** Input image: a reference to an upload, or a data URL. */
  readonly image?: string | undefined;
  /** From 0, which returns `image` unchanged, to 1, which ignores it. */
  readonly strength?: number | undefined;
  /** For `sd3` models. @default "image-to-image" with an `image`, else "text-to-image" */
  readonly mode?: "text-to-image" | "image-to-image" | undefined;
  /** For `sd3` models. */
  readonly cfg_scale?: number | undefined;
  /** Like `image`. White areas are repainted. */
  readonly mask?: string | undefined;
  /** For upscaling: how many new details are added. */
  readonly creativity?: number | undefined;
  /** Like `image`, for tools that replace the background. */
  readonly subject_image?: string | undefined;
  readonly background_prompt?: string | undefined;
}
