/** What both ways to OpenAI's pictures take: what the image model knows, in its own words. Other fields are passed on. */
export interface OpenaiImageSettings {
  /** At most 32,000 characters. */
  readonly prompt: string;
  /**
   * Pictures to work from: references to uploaded pictures, or data URLs; PNG, JPEG or WebP, at most 16 of 50 MB. With
   * them, the prompt says what to change.
   */
  readonly image?: string | readonly string[] | undefined;
  /** A PNG as large as the first picture, at most 4 MB: where it is transparent, that one is changed. */
  readonly mask?: string | undefined;
  /**
   * `"1024x1024"`, `"1536x1024"`, `"1024x1536"`, `"auto"`; with the models 2.x any `"<width>x<height>"` divisible by 16
   * between 1:3 and 3:1, up to `"3840x2160"`. @default "auto"
   */
  readonly size?: string | undefined;
  /** `"xhigh"` and `"max"` with the models 2.5. It decides most of the price. @default "auto" */
  readonly quality?: "low" | "medium" | "high" | "xhigh" | "max" | "auto" | undefined;
  /** `"transparent"` with `output_format` `"png"` or `"webp"`. @default "auto" */
  readonly background?: "transparent" | "opaque" | "auto" | undefined;
  /** @default "png" */
  readonly output_format?: "png" | "jpeg" | "webp" | "gif" | undefined;
  /** Percent, 0 to 100, for `"jpeg"` and `"webp"`. @default 100 */
  readonly output_compression?: number | undefined;
  /** @default "auto" */
  readonly moderation?: "auto" | "low" | undefined;
  /** A hash of who asks, by which OpenAI tells apart those who break its rules. */
  readonly safety_identifier?: string | undefined;
}

/** What the Images API takes. */
export interface OpenaiInput extends OpenaiImageSettings {
  /** Pictures, 1 to 10; the model's `outputs` must say the same. More than one come without previews. @default 1 */
  readonly n?: number | undefined;
  /** A transparent PNG with marks on it, laid over the first picture; with the models 2.5, and without a `mask`. */
  readonly markup?: string | undefined;
}

/** What a response in the background takes. */
export interface OpenaiResponsesInput extends OpenaiImageSettings {
  /** It makes one picture at a time. */
  readonly n?: 1 | undefined;
}
