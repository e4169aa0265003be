/**
 * Input of Google's Veo models. Other fields are sent in `parameters`.
 *
 * @see https://ai.google.dev/gemini-api/docs/video (2026-11)
 */
export interface GoogleVideoInput {
  readonly prompt: string;
  /** The first frame: a reference to an uploaded image, or a data URL. */
  readonly image?: string | undefined;
  /** The last frame, for models that interpolate: as `image`. */
  readonly lastFrame?: string | undefined;
  /** Things that the video should not show. */
  readonly negativePrompt?: string | undefined;
  /** `"16:9"` or `"9:16"`. @default "16:9" */
  readonly aspectRatio?: string | undefined;
  /** `"720p"`, `"1080p"` or `"4k"`, depending on the model. @default "720p" */
  readonly resolution?: string | undefined;
  /** 4, 6 or 8, depending on the model and the resolution. Most of the price depends on it. */
  readonly durationSeconds?: number | undefined;
  /** Number of videos, for models that make several; the model's `outputs` must be the same. */
  readonly sampleCount?: number | undefined;
  /** Which people the video may show: `"allow_all"`, `"allow_adult"` or `"dont_allow"`, depending on the region. */
  readonly personGeneration?: string | undefined;
  readonly seed?: number | undefined;
}
