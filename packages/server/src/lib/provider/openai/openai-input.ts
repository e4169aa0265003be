/** Input fields that both OpenAI APIs share, as the image model defines them. Other fields are passed on unchanged. */
export interface OpenaiImageSettings {
  /** At most 32,000 characters. */
  readonly prompt: string;
  /**
   * Input images: references to uploaded images, or data URLs; PNG, JPEG or WebP, at most 16 of 50 MB. The prompt then
   * describes the change.
   */
  readonly image?: string | readonly string[] | undefined;
  /** A PNG as large as the first image, at most 4 MB. Transparent areas of the mask are edited. */
  readonly mask?: string | undefined;
  /**
   * `"1024x1024"`, `"1536x1024"`, `"1024x1536"`, `"auto"`. Models 2.x accept any `"<width>x<height>"` divisible by 16
   * between 1:3 and 3:1, up to `"3840x2160"`. @default "auto"
   */
  readonly size?: string | undefined;
  /** `"xhigh"` and `"max"` for models 2.5. Most of the price depends on it. @default "auto" */
  readonly quality?: "low" | "medium" | "high" | "xhigh" | "max" | "auto" | undefined;
  /** `"transparent"` with `output_format` `"png"` or `"webp"`. @default "auto" */
  readonly background?: "transparent" | "opaque" | "auto" | undefined;
  /** @default "png" */
  readonly output_format?: "png" | "jpeg" | "webp" | "gif" | undefined;
  /** Percent, 0 to 100, for `"jpeg"` and `"webp"`. @default 100 */
  readonly output_compression?: number | undefined;
  /** @default "auto" */
  readonly moderation?: "auto" | "low" | undefined;
  /** A hash of the end user, by which OpenAI identifies users who violate its policies. */
  readonly safety_identifier?: string | undefined;
}

/** Input of the Images API. */
export interface OpenaiInput extends OpenaiImageSettings {
  /**
   * Number of images, 1 to 10; the model's `outputs` must be the same. More than one image comes without previews.
   * @default 1
   */
  readonly n?: number | undefined;
  /** A transparent PNG with marks, laid over the first image. Models 2.5 only, and not with a `mask`. */
  readonly markup?: string | undefined;
}

/** Input of a background response. */
export interface OpenaiResponsesInput extends OpenaiImageSettings {
  /** A response makes one image. */
  readonly n?: 1 | undefined;
}
