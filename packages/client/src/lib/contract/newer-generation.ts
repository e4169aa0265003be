import type { Generation } from "./generation.js";

/**
 * Returns the newer of two responses for one generation, since responses may arrive out of order. For equal versions it
 * is the one with the later place in the queue, then the one whose URLs expire later; if these are equal, too, the left one.
 */
export function newerGeneration<G extends Generation>(left: G, right: G): G {
  if (left.version !== right.version) return left.version > right.version ? left : right;
  return timesOf(right) > timesOf(left) ? right : left;
}

/** Times of the same format, which sort as texts. */
function timesOf({ progress, urlsExpireAt }: Generation): string {
  return `${progress.queuePositionAt ?? ""} ${urlsExpireAt ?? ""}`;
}
