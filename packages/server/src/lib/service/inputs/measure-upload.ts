import type { MediaKind } from "@safelight/client/contract";
import { bytesOfBlob } from "../../bytes/bytes-of-blob.js";
import { fileSignatureBytes } from "../../bytes/file-signature.js";
import { formatBytes } from "../../bytes/format-bytes.js";
import { kindNouns } from "../../generation/kind-nouns.js";
import { isTruncated } from "../../media/is-truncated.js";
import { type FileMeasure, kindOfStart, maxDurationMs, measureAsStated } from "../../media/measure-file.js";
import { measureMedia } from "../../media/measure-media.js";
import { invalidInput } from "../errors/invalid-input.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceLimits } from "../service-context.js";
import { maxFileBytes, maxUploadedBytes } from "./upload-limits.js";

/** Max width and height, in pixels. Few vendors and decoders accept more. */
const maxSidePixels = 16_384;

type UploadMeasure = Omit<FileMeasure, "hasAudio">;

/**
 * Detects type and size of an uploaded file, and checks its limits. It reads the headers of a video or an audio file, in slices,
 * and a whole image: each frame of an animation counts.
 *
 * @throws {ServiceError} payload_too_large, unsupported_media_type, invalid_input
 */
export async function measureUpload(file: Blob, limits: ServiceLimits): Promise<UploadMeasure> {
  if (file.size > maxUploadedBytes(limits)) throw tooLarge("file", maxUploadedBytes(limits));
  if (file.size === 0) throw invalidInput("The file is empty.", ["file"]);
  const kind = kindOfStart(await bytesOfBlob(file.slice(0, fileSignatureBytes)));
  if (kind === null && file.size > limits.maxInputImageBytes) throw tooLarge("file", limits.maxInputImageBytes);
  if (kind === null || maxFileBytes(kind, limits) === 0) throw unsupported(limits);
  if (kind === "image") {
    if (file.size > limits.maxInputImageBytes) throw tooLarge(kind, limits.maxInputImageBytes);
    const image = measureMedia(await bytesOfBlob(file));
    if (image === null) throw corrupt("image");
    const measured = { kind, ...image, durationMs: null };
    checkPixels(measured, limits);
    return measured;
  }
  const measured: FileMeasure | null = await measureAsStated(file);
  if (measured === null || (await isTruncated(file, measured.contentType))) throw corrupt(kind);
  // An MP4 or a WebM may have no pictures.
  const maxBytes = maxFileBytes(measured.kind, limits);
  if (maxBytes === 0) throw unsupported(limits);
  if (file.size > maxBytes) throw tooLarge(measured.kind, maxBytes);
  checkPixels(measured, limits);
  checkDuration(measured, limits);
  return measured;
}

function tooLarge(kind: MediaKind | "file", maxBytes: number): ServiceError {
  const noun = kind === "file" ? "file" : kindNouns[kind];
  return new ServiceError(
    "payload_too_large",
    `The ${noun} is larger than ${formatBytes(maxBytes)}: use a smaller one.`,
  );
}

function corrupt(kind: MediaKind): ServiceError {
  return invalidInput(`The ${kindNouns[kind]} is corrupt or incomplete: save it again in an editor.`, ["file"]);
}

function unsupported(limits: ServiceLimits): ServiceError {
  const formats = [
    "an image: PNG, JPEG, WebP, GIF or AVIF",
    ...(limits.maxInputVideoBytes > 0 ? ["a video: MP4, MOV or WebM"] : []),
    ...(limits.maxInputAudioBytes > 0 ? ["an audio file: MP3, WAV, Ogg, M4A, WebM or FLAC"] : []),
  ];
  return new ServiceError("unsupported_media_type", `Send ${formats.join("; or ")}.`);
}

function checkPixels(
  { height, kind, width }: Pick<UploadMeasure, "kind" | "width" | "height">,
  { maxInputImagePixels, maxInputVideoPixels }: ServiceLimits,
): void {
  const maxPixels = kind === "video" ? maxInputVideoPixels : maxInputImagePixels;
  const [across, down] = [width ?? 0, height ?? 0];
  if (across <= maxSidePixels && down <= maxSidePixels && across * down <= maxPixels) return;
  const limit = `at most ${maxSidePixels} per side and ${maxPixels} in total are allowed`;
  throw invalidInput(`The ${kindNouns[kind]} has ${width} × ${height} pixels; ${limit}. Use a smaller one.`, ["file"]);
}

function checkDuration({ durationMs, kind }: UploadMeasure, { maxInputSeconds }: ServiceLimits): void {
  const maxSeconds = Math.min(maxInputSeconds, maxDurationMs / 1_000);
  if (durationMs === null || durationMs <= maxSeconds * 1_000) return;
  const limit = `at most ${maxSeconds} s are allowed`;
  throw invalidInput(`The ${kindNouns[kind]} lasts ${durationMs / 1_000} s; ${limit}.`, ["file"]);
}
