import type { FileKind, ImageSpec } from "../image/image-spec.js";

/** Renders images without blocking the event loop. */
export interface RenderWorker {
  /**
   * Renders a finished image as a PNG, a video of it as an MP4, or the sound of its place as a WAV. The same specification
   * gives the same bytes.
   *
   * @param kind @default "image"
   */
  render(image: ImageSpec, kind?: FileKind): Promise<Uint8Array>;
  /**
   * Renders a preview as a small PNG.
   *
   * @param share progress of the job, from 0 (only noise) to 1.
   * @returns `null` if so many tasks are waiting that the preview would be late.
   */
  preview(image: ImageSpec, share: number): Promise<Uint8Array | null>;
  /** Ends the thread and rejects all waiting tasks. A later call starts a new thread. */
  close(): Promise<void>;
}
