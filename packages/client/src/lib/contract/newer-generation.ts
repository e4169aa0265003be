import type { Generation } from "./generation.js";

/**
 * Returns the newer of two responses for one generation, since responses may arrive out of order. For equal versions it
 * is the one whose place in the queue is newer, then the one whose URLs expire later; if these are equal, too, the left one.
 */
export function newerGeneration<G extends Generation>(left: G, right: G): G {
  if (left.version !== right.version) return left.version > right.version ? left : right;
  return timesOf(right) > timesOf(left) ? right : left;
}

/** A text that sorts by the time of the place, then by the expiry of the URLs. Both are ISO 8601 in UTC, or empty. */
function timesOf({ progress, urlsExpireAt }: Generation): string {
  return `${progress.queuePositionAt ?? ""} ${urlsExpireAt ?? ""}`;
}
