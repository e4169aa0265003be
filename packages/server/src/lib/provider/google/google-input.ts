/**
 * Input of Google's image models: one image per request. Other fields are sent in `generationConfig`.
 *
 * @see https://ai.google.dev/gemini-api/docs/image-generation (2026-11)
 */
export interface GoogleInput {
  readonly prompt: string;
  /** Input images: references to uploaded images, or data URLs. The prompt then describes the change. */
  readonly image?: string | readonly string[] | undefined;
  /** `"1:1"`, `"16:9"`, `"9:16"`, `"4:3"`, `"3:4"`, `"21:9"` and others; up to `"1:8"`, depending on the model. */
  readonly aspectRatio?: string | undefined;
  /** `"512"`, `"1K"`, `"2K"` or `"4K"`, depending on the model. Most of the price depends on it. @default "1K" */
  readonly imageSize?: string | undefined;
  /** A safe integer. The same seed gives a similar image. */
  readonly seed?: number | undefined;
  /** From 0 to 2. */
  readonly temperature?: number | undefined;
}
