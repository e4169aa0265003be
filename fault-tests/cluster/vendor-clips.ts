import { tinyMp4 } from "../../packages/server/testing/media/tiny-media.js";

const small = tinyMp4();
/** Larger than the max that a worker buffers in memory. */
const large = tinyMp4({ frameBytes: 1_200_000 });

/** The path of the clip of the job with this token. One in sixteen is large: large ones fill the disk. */
export function clipPath(token: string): string {
  return `/clips/${token.startsWith("0") ? "large" : "small"}.mp4`;
}

/** The clip at a path of the vendor; `null` for another path. */
export function clipAt(path: string): Uint8Array | null {
  if (path === "/clips/small.mp4") return small;
  return path === "/clips/large.mp4" ? large : null;
}
