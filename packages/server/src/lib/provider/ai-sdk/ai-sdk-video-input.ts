/** Input of a video model of the AI SDK. Fields that are not in the model's schema are not sent. */
export interface AiSdkVideoInput {
  readonly prompt?: string | undefined;
  /**
   * Number of videos, from 1 to the model's own limit, which is usually 1; the model's `outputs` must be the same.
   * @default 1
   */
  readonly n?: number | undefined;
  /** Such as `"16:9"`. */
  readonly aspectRatio?: string | undefined;
  /** Such as `"1280x720"`. */
  readonly resolution?: string | undefined;
  /** In seconds. */
  readonly duration?: number | undefined;
  /** Frames per second. */
  readonly fps?: number | undefined;
  readonly seed?: number | undefined;
  /** Whether the model makes sound, too. */
  readonly generateAudio?: boolean | undefined;
  /** Reference to an uploaded image: the first frame. */
  readonly image?: string | undefined;
  /** Reference to an uploaded image: the last frame. Requires `image`. */
  readonly lastFrame?: string | undefined;
  /** References to uploads that the video should show or follow. */
  readonly references?: readonly string[] | undefined;
}
