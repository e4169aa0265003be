import type { MediaKind } from "@safelight/client/contract";
import { kindOfStart } from "../../media/measure-file.js";
import type { ServiceLimits } from "../service-context.js";

type FileLimits = Pick<ServiceLimits, "maxInputImageBytes" | "maxInputVideoBytes" | "maxInputAudioBytes">;

/** Max size of an uploaded file of a kind, in bytes; 0 if the host refuses the kind. */
export function maxFileBytes(kind: MediaKind, limits: FileLimits): number {
  const { maxInputAudioBytes: audio, maxInputImageBytes: image, maxInputVideoBytes: video } = limits;
  return { image, video, audio }[kind];
}

/** Max size of any uploaded file, in bytes. */
export function maxUploadedBytes(limits: FileLimits): number {
  return Math.max(limits.maxInputImageBytes, limits.maxInputVideoBytes, limits.maxInputAudioBytes);
}

/**
 * Max size of an upload that begins with these bytes, in bytes. One of an unknown or refused type is read up to the size of an
 * image, so that its error names the type.
 */
export function maxFileBytesOf(start: Uint8Array, limits: FileLimits): number {
  const kind = kindOfStart(start);
  return (kind === null ? 0 : maxFileBytes(kind, limits)) || limits.maxInputImageBytes;
}
