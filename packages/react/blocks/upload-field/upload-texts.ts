import { SafelightError } from "@safelight/client";
import type { MediaKind } from "@safelight/client/contract";
import { problemText } from "../messages/problem-text";

const nouns = { image: "an image", video: "a video", audio: "an audio file" } as const;
const formats = { image: "a PNG, JPEG or WebP", video: "an MP4 or WebM", audio: "an MP3 or WAV" } as const;

/** For example `an image or a video`. */
export function nounOf(kinds: readonly MediaKind[]): string {
  return kinds.map((kind) => nouns[kind]).join(" or ");
}

export function wrongFileText(kinds: readonly MediaKind[]): string {
  return `This is not ${nounOf(kinds)}. Choose ${formatsOf(kinds)}.`;
}

/** The text for a failed upload. */
export function uploadProblemText(error: unknown, kinds: readonly MediaKind[]): string {
  if (!SafelightError.isInstance(error)) return problemText(error);
  const isImage = kinds.length === 1 && kinds[0] === "image";
  switch (error.code) {
    case "payload_too_large":
      return isImage
        ? "This image is too large. Choose a smaller file."
        : "This file is too large. Choose a smaller one.";
    case "unsupported_media_type":
      return `This file is not ${nounOf(kinds)} that can be used. Choose ${formatsOf(kinds)}.`;
    case "invalid_input":
      return isImage
        ? "This image has too many pixels, or is damaged. Choose another one."
        : "This file is too long, has too many pixels, or is damaged. Choose another one.";
    case "network":
    case "timeout":
      return "The upload was interrupted. Try again.";
    default:
      return problemText(error);
  }
}

function formatsOf(kinds: readonly MediaKind[]): string {
  return kinds.map((kind) => formats[kind]).join(", or ");
}
