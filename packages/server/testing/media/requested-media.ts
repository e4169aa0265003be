import type { MediaKind } from "@safelight/client/contract";
import { asRecord } from "../../src/lib/json/as-record.js";
import { tinyPng } from "../tiny-png.js";
import { tinyMp4 } from "./tiny-media.js";

/** Fields of a submit: every third is of a video. */
export function mediaRequest(index: number): {
  readonly kind: MediaKind;
  readonly parsedInput: { readonly kind: MediaKind };
} {
  const kind = index % 3 === 0 ? "video" : "image";
  return { kind, parsedInput: { kind } };
}

/** The file that a vendor makes for such an input; an image for any other. */
export function requestedMedia(input: unknown): { readonly bytes: Uint8Array; readonly contentType: string } {
  const isVideo = asRecord(input).kind === "video";
  return isVideo ? { bytes: tinyMp4(), contentType: "video/mp4" } : { bytes: tinyPng(), contentType: "image/png" };
}
