import type { MediaKind } from "@safelight/client/contract";
import { kindWithArticle } from "./kind-nouns.js";
import { type UploadFacts, uploadFactsOf } from "./upload-facts.js";
import { isUploadReference } from "./upload-reference.js";

/** The limits of a field for uploads, beyond those of the server. */
export interface UploadRule {
  /** Content types as the server detects them, such as `["video/mp4"]`. @default all of the kind */
  readonly formats?: readonly string[];
  /** In bytes. @default the limit of the server */
  readonly maxBytes?: number;
  /** Width times height, of images and videos. @default the limit of the server */
  readonly maxPixels?: number;
  /**
   * Of videos and audio. With it, a file that does not state its duration is refused, such as a recording of a browser.
   * @default the limit of the server
   */
  readonly maxSeconds?: number;
}

/** The kind of a detected content type. */
export function uploadKindOf(contentType: string): MediaKind {
  const kind = contentType.replace(/\/.*/, "");
  return kind === "video" || kind === "audio" ? kind : "image";
}

/**
 * Checks a value of a field for uploads.
 *
 * @returns a message for the user; `null` for a valid reference. While no server validates the input, as in a browser, only the
 *   form of the reference is checked.
 */
export function uploadFault(value: unknown, rule: UploadRule & { readonly kind: MediaKind }): string | null {
  if (!isUploadReference(value)) return `Expected the id of ${kindWithArticle(rule.kind)}: upload it first.`;
  const facts = uploadFactsOf(value);
  return facts === null ? null : factsFault(facts, rule);
}

function factsFault(facts: UploadFacts, rule: UploadRule & { readonly kind: MediaKind }): string | null {
  const { byteLength, contentType, durationMs, height, width } = facts;
  const { formats, kind, maxBytes, maxPixels, maxSeconds } = rule;
  const given = uploadKindOf(contentType);
  if (given !== kind) return `Expected ${kindWithArticle(kind)}, not ${kindWithArticle(given)}.`;
  if (formats !== undefined && !formats.includes(contentType)) {
    return `${contentType} is not accepted here: use ${formats.join(", ")}.`;
  }
  if (maxBytes !== undefined && byteLength > maxBytes)
    return `The file has ${byteLength} bytes, at most ${maxBytes} are accepted.`;
  if (maxPixels !== undefined && (width ?? 0) * (height ?? 0) > maxPixels) {
    return `The file has ${width} × ${height} pixels, at most ${maxPixels} in total are accepted.`;
  }
  if (maxSeconds === undefined) return null;
  if (durationMs === null) return "The file does not state its duration: convert it, for example to MP4 or WAV.";
  return durationMs > maxSeconds * 1_000
    ? `The file lasts ${durationMs / 1_000} s, at most ${maxSeconds} s are accepted.`
    : null;
}

/** Whether a value is a reference to an uploaded image. For schemas of other libraries than zod. */
export function isImageReference(value: unknown): value is string {
  return uploadFault(value, { kind: "image" }) === null;
}

/** Whether a value is a reference to an uploaded video, as `isImageReference`. */
export function isVideoReference(value: unknown): value is string {
  return uploadFault(value, { kind: "video" }) === null;
}

/** Whether a value is a reference to an uploaded audio file, as `isImageReference`. */
export function isAudioReference(value: unknown): value is string {
  return uploadFault(value, { kind: "audio" }) === null;
}
