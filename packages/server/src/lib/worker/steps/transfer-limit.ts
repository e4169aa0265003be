import type { MediaKind } from "@safelight/client/contract";

/** Max time for the copy or the write of one whole output; a slower one is retried. */
export function maxTransferMsOf(kind: MediaKind): number {
  return kind === "video" ? 600_000 : 120_000;
}
