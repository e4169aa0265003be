import type { BlobReader } from "../../bytes/blob-reader.js";
import type { Edit } from "../edit.js";

/** The bytes of an XMP packet in a file. */
export interface PacketSpan {
  readonly start: number;
  readonly end: number;
}

/** The metadata of a file, as far as marks need it. */
export interface FileMetadata {
  /** Whether the file contains a C2PA manifest: each change of a byte would break its signature. */
  readonly hasC2pa: boolean;
  /** The first XMP packet; `null` if there is none. */
  readonly packet: PacketSpan | null;
  /**
   * Returns the edits that put this packet in the place of `packet`, or insert it. `null` if the format or this file
   * cannot contain it.
   */
  editsFor(packet: Uint8Array<ArrayBuffer>): readonly Edit[] | null;
}

/**
 * Reads the metadata of one format, after its type was detected.
 *
 * @returns `null` for a damaged file.
 * @throws {RangeError} when the file ends too early.
 */
export type MetadataReader = (file: BlobReader) => Promise<FileMetadata | null>;

/** Max chunks, boxes or sub-blocks that a reader visits. A file with more is treated as damaged. */
export const maxSteps = 250_000;
