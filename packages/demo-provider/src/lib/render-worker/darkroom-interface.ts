import type { Picture } from "../image/picture.js";

/** Where pictures are drawn. */
export interface Darkroom {
  /** Draws a finished picture: a PNG, the same bytes for the same picture. */
  develop(picture: Picture): Promise<Uint8Array>;
  /**
   * Draws what is to be seen of a picture after a share of the work.
   *
   * @param share from 0, nothing but noise, to 1.
   * @returns a small PNG; `null` while so much is waiting to be drawn that a preview would come late.
   */
  preview(picture: Picture, share: number): Promise<Uint8Array | null>;
  /** Ends the thread and refuses what is still waiting; a later call starts a new one. */
  close(): Promise<void>;
}
