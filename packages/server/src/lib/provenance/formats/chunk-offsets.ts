import type { BlobReader } from "../../bytes/blob-reader.js";
import type { IsoBox } from "../../media/containers/iso-box.js";
import type { Edit } from "../edit.js";
import { isoBoxesIn, uintOf } from "./iso-boxes.js";

/** A table of the offsets at which the frames of a sequence are. */
export interface ChunkOffsets {
  /** Offset of its first number. */
  readonly at: number;
  /** Length of each number, in bytes. */
  readonly numberBytes: number;
  readonly offsets: readonly number[];
}

/** Max length of all tables, in bytes. */
const maxTableBytes = 1_048_576;
/** Boxes on the way to a table, by the box that contains them. */
const parents: Readonly<Record<string, string>> = { trak: "moov", mdia: "trak", minf: "mdia", stbl: "minf" };
/** Boxes without offsets in the file. Others, such as `saio`, `mvex` and `meta`, may contain some. */
const plainBoxes = new Set(
  "mvhd tkhd tref edts mdhd hdlr elng vmhd smhd nmhd sthd stsd stts stsc stsz stz2 stss ctts cslg sdtp sgpd sbgp free skip".split(
    " ",
  ),
);

/**
 * The tables of all tracks of a `moov` box.
 *
 * @returns `null` for a form that is not known, or too long.
 * @throws {RangeError} when the file ends too early.
 * @see ISO/IEC 14496-12, 8.7.5 (checked 2026-11)
 */
export async function readChunkOffsets(file: BlobReader, movie: IsoBox): Promise<readonly ChunkOffsets[] | null> {
  const tables: ChunkOffsets[] = [];
  const waiting = [movie];
  let bytesLeft = maxTableBytes;
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    for (const box of (await isoBoxesIn(file, parent)) ?? [null]) {
      if (box === null || box.isOpen) return null;
      if (parents[box.name] === parent.name) waiting.push(box);
      else if (box.name === "stco" || box.name === "co64") {
        bytesLeft -= box.end - box.start;
        if (bytesLeft < 0) return null;
        const table = await readTable(file, box);
        if (table === null) return null;
        tables.push(table);
      } else if (!plainBoxes.has(box.name) && !(box.name === "dinf" && (await isOwnData(file, box)))) return null;
    }
  }
  return tables;
}

/** The edit that replaces all offsets of a table; `null` if one does not fit. */
export function chunkOffsetEdits(
  { at, numberBytes, offsets }: ChunkOffsets,
  moved: (offset: number) => number,
): Edit | null {
  const inserted = new Uint8Array(numberBytes * offsets.length);
  for (const [index, offset] of offsets.entries()) {
    const value = moved(offset);
    if (value >= 2 ** (8 * numberBytes)) return null;
    inserted.set(uintOf(value, numberBytes), index * numberBytes);
  }
  return { at, removed: inserted.byteLength, inserted };
}

async function readTable(file: BlobReader, { end, name, start }: IsoBox): Promise<ChunkOffsets | null> {
  const view = await file.view(start, end - start);
  const [count, numberBytes] = [view.getUint32(4), name === "stco" ? 4 : 8];
  if (view.getUint32(0) !== 0 || view.byteLength !== 8 + count * numberBytes) return null;
  const offsets = Array.from({ length: count }, (_, index) => {
    const position = 8 + index * numberBytes;
    return numberBytes === 4 ? view.getUint32(position) : Number(view.getBigUint64(position));
  });
  return offsets.every((offset) => offset < file.size) ? { at: start + 8, numberBytes, offsets } : null;
}

/** Whether a track has its frames in this file: one entry, with the flag of that. */
async function isOwnData(file: BlobReader, { end, start }: IsoBox): Promise<boolean> {
  const ownData = "dref\0\0\0\0\0\0\0\x01\0\0\0\x0curl \0\0\0\x01";
  return end - start === 4 + ownData.length && (await file.text(start + 4, ownData.length)) === ownData;
}
