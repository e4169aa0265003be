import type { MediaKind } from "@safelight/client/contract";

/** Nouns for messages to users. The plural adds an "s". */
export const kindNouns: Readonly<Record<MediaKind, string>> = { image: "image", video: "video", audio: "audio file" };

/** For example "an image". */
export function kindWithArticle(kind: MediaKind): string {
  return `${kind === "video" ? "a" : "an"} ${kindNouns[kind]}`;
}
