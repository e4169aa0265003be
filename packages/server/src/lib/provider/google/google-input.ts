/**
 * What Google's image models take. One picture for each request. Other fields are passed on in `generationConfig`.
 *
 * @see https://ai.google.dev/gemini-api/docs/image-generation (2026-11)
 */
export interface GoogleInput {
  readonly prompt: string;
  /** Pictures to work from: references to uploaded pictures, or data URLs. With them, the prompt says what to change. */
  readonly image?: string | readonly string[] | undefined;
  /** `"1:1"`, `"16:9"`, `"9:16"`, `"4:3"`, `"3:4"`, `"21:9"` and the like; up to `"1:8"` by model. */
  readonly aspectRatio?: string | undefined;
  /** `"512"`, `"1K"`, `"2K"` or `"4K"`, by model. It decides most of the price. @default "1K" */
  readonly imageSize?: string | undefined;
  /** A safe integer: the same seed, a similar picture. */
  readonly seed?: number | undefined;
  /** 0 to 2. */
  readonly temperature?: number | undefined;
}
