import type { BlobReader } from "../../bytes/blob-reader.js";

/** The data of a video or audio file that its headers state. */
export interface ContainerHeader {
  readonly kind: "video" | "audio";
  readonly contentType:
    | "video/mp4"
    | "video/quicktime"
    | "video/webm"
    | "audio/mp4"
    | "audio/webm"
    | "audio/mpeg"
    | "audio/wav"
    | "audio/ogg"
    | "audio/flac";
  /** In pixels, after rotation, as stated, plausible or not. `null` for audio, and if the file does not state it. */
  readonly width: number | null;
  readonly height: number | null;
  /** In whole milliseconds, as stated; `null` if the headers do not state it, as in a recording of a live stream. */
  readonly durationMs: number | null;
  /** Whether it has a track of sound. */
  readonly hasAudio: boolean;
}

/**
 * Reads the headers of one format, after its signature was detected. It reads at most 16 MiB of the file, in slices, and
 * decodes nothing.
 *
 * @returns `null` for a damaged file.
 * @throws {RangeError} when the file ends too early, or has too many parts.
 */
export type ContainerReader = (file: BlobReader) => Promise<ContainerHeader | null>;

/** A duration in seconds as whole milliseconds; `null` if the file states none. */
export function durationMsOf(seconds: number): number | null {
  const ms = Math.round(seconds * 1_000);
  return ms > 0 ? ms : null;
}

/** Both sides in pixels; `null` for both if the file does not state one of them. */
export function sizeOf(
  width: number,
  height: number,
): { readonly width: number | null; readonly height: number | null } {
  const [across, down] = [Math.round(width), Math.round(height)];
  return across > 0 && down > 0 ? { width: across, height: down } : { width: null, height: null };
}

/** Header of a file that has only sound. */
export function audioHeader(contentType: ContainerHeader["contentType"], durationMs: number | null): ContainerHeader {
  return { kind: "audio", contentType, width: null, height: null, durationMs, hasAudio: true };
}

/** Max visited parts of one file. Each may cost a read of 64 KiB, so 16 MiB in total. */
const maxParts = 256;

/** Counts the visited parts of a file, so that a hostile file costs few reads. */
export class PartLimit {
  #left = maxParts;

  get hasLeft(): boolean {
    return this.#left > 0;
  }

  /** @throws {RangeError} after the last allowed part */
  visit(): void {
    if (this.#left === 0) throw new RangeError("The file has too many parts.");
    this.#left -= 1;
  }
}
