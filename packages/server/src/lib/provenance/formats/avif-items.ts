import type { BlobReader } from "../../bytes/blob-reader.js";
import type { IsoBox } from "../../media/containers/iso-box.js";
import { type ChunkOffsets, readChunkOffsets } from "./chunk-offsets.js";
import { isoBoxesIn } from "./iso-boxes.js";
import { type ItemInfos, parseItemInfos } from "./item-infos.js";
import { type ItemLocation, type ItemLocations, parseItemLocations, partsOf } from "./item-locations.js";
import type { PacketSpan } from "./metadata-format.js";

/** The tables of an AVIF, as far as a new item changes them. */
export interface AvifItems {
  readonly meta: IsoBox;
  readonly boxes: { readonly iinf: IsoBox; readonly iloc: IsoBox; readonly iref: IsoBox | null };
  readonly contents: { readonly iinf: Uint8Array; readonly iref: Uint8Array | null };
  readonly infos: ItemInfos;
  readonly locations: ItemLocations;
  readonly primaryId: number;
  /** An id that no item and no group has. */
  readonly freeId: number;
  /** The item with the XMP packet; `null` if there is none. */
  readonly xmp: { readonly itemId: number; readonly packet: PacketSpan } | null;
  /** Offsets of the frames of a sequence. */
  readonly chunkOffsets: readonly ChunkOffsets[];
  /** Whether the file ends with a box of data without a length. */
  readonly isOpen: boolean;
}

/** Max length of a table, in bytes. Those of an image of 10,000 tiles have 400 kB. */
const maxTableBytes = 1_048_576;
/** Boxes of the file without offsets, beside `meta` and `moov`. */
const plainBoxes = new Set(["ftyp", "mdat", "free", "skip", "uuid"]);
const metaBoxes = new Set(["hdlr", "pitm", "iloc", "iinf", "iref", "iprp", "idat", "dinf", "grpl", "free", "skip"]);

/**
 * @param boxes those of the file
 * @returns `null` for a file with an unknown box, version or form: it may contain further offsets.
 * @throws {RangeError} when the file or a box ends too early, and for a table that is too long.
 */
export async function readAvifItems(file: BlobReader, boxes: readonly IsoBox[]): Promise<AvifItems | null> {
  const [meta, movie, last] = [onlyBox(boxes, "meta"), onlyBox(boxes, "moov"), boxes.at(-1)];
  if (meta === null || meta.isOpen || last === undefined || (last.isOpen && last.name !== "mdat")) return null;
  if (!boxes.every((box) => box === meta || box === movie || plainBoxes.has(box.name))) return null;
  const tables = await readTables(file, meta);
  const chunkOffsets = movie === null ? [] : await readChunkOffsets(file, movie);
  if (tables === null || chunkOffsets === null) return null;
  const { groupIds, idat, infos, locations } = tables;
  const ids = [infos.items.map(({ itemId }) => itemId), locations.items.map(({ itemId }) => itemId)];
  if (ids.some((each) => new Set(each).size < each.length)) return null;
  const bounds = [{ start: 0, end: file.size }, idat && { start: 0, end: idat.end - idat.start }] as const;
  if (!locations.items.every((item) => isInside(item, bounds[item.method]))) return null;
  const [xmpItem, secondXmpItem] = infos.items.filter(({ isXmp }) => isXmp);
  const xmpLocation = locations.items.find(({ itemId }) => itemId === xmpItem?.itemId);
  const packet = xmpLocation && packetOf(xmpLocation, idat);
  // A packet that cannot be read must stay as it is.
  if (secondXmpItem !== undefined || (xmpItem !== undefined && (xmpItem.isEncoded || !packet))) return null;
  return {
    ...tables,
    meta,
    freeId: [...ids.flat(), ...groupIds].reduce((max, id) => Math.max(max, id), 0) + 1,
    xmp: xmpItem && packet ? { itemId: xmpItem.itemId, packet } : null,
    chunkOffsets,
    isOpen: last.isOpen,
  };
}

/** The tables of the box `meta`. */
async function readTables(file: BlobReader, meta: IsoBox) {
  // A version and flags precede the content of this box.
  const boxes = await isoBoxesIn(file, { start: meta.start + 4, end: meta.end });
  if (!boxes?.every(({ isOpen, name }) => metaBoxes.has(name) && !isOpen)) return null;
  const names = boxes.map(({ name }) => name).filter((name) => name !== "free" && name !== "skip");
  const [iinf, iloc, pitm] = [onlyBox(boxes, "iinf"), onlyBox(boxes, "iloc"), onlyBox(boxes, "pitm")];
  const [iref, idat, grpl] = [onlyBox(boxes, "iref"), onlyBox(boxes, "idat"), onlyBox(boxes, "grpl")];
  if (iinf === null || iloc === null || pitm === null || new Set(names).size < names.length) return null;
  const infos = parseItemInfos(await contentOf(file, iinf));
  const locations = parseItemLocations(await contentOf(file, iloc));
  if (infos === null || locations === null) return null;
  const primary = await contentOf(file, pitm);
  return {
    boxes: { iinf, iloc, iref },
    contents: { iinf: bytesOf(await contentOf(file, iinf)), iref: iref && bytesOf(await contentOf(file, iref)) },
    idat,
    infos,
    locations,
    primaryId: primary.getUint8(0) === 0 ? primary.getUint16(4) : primary.getUint32(4),
    groupIds: await readGroupIds(file, grpl),
  };
}

/** Groups of items share the ids of items. */
async function readGroupIds(file: BlobReader, grpl: IsoBox | null): Promise<readonly number[]> {
  const ids: number[] = [];
  for (const { start } of (grpl && (await isoBoxesIn(file, grpl))) ?? []) {
    ids.push((await file.view(start + 4, 4)).getUint32(0));
  }
  return ids;
}

/** Whether all bytes of an item are in this file. A length of 0 means the rest of it. */
function isInside(item: ItemLocation, bounds: PacketSpan | null | undefined): boolean {
  if (item.dataReference !== 0 || item.extents.some(({ length }) => length === 0)) return false;
  // The bytes of another item have their own location.
  if (item.method === 2) return true;
  return bounds !== null && bounds !== undefined && partsOf(item).every(({ end }) => end <= bounds.end);
}

/** `null` if the packet is not one part of the file. */
function packetOf(location: ItemLocation, idat: IsoBox | null): PacketSpan | null {
  const [part, second] = partsOf(location);
  if (part === undefined || second !== undefined || location.method === 2) return null;
  const start = location.method === 0 ? 0 : (idat?.start ?? 0);
  return { start: start + part.start, end: start + part.end };
}

/** `null` also if there are two, because decoders differ in which one they use. */
function onlyBox(boxes: readonly IsoBox[], name: string): IsoBox | null {
  const [box = null, second] = boxes.filter((each) => each.name === name);
  return second === undefined ? box : null;
}

async function contentOf(file: BlobReader, { end, start }: IsoBox): Promise<DataView> {
  if (end - start > maxTableBytes) throw new RangeError("The table is too long.");
  // A copy: the reader's window moves on.
  return new DataView((await file.bytes(start, end - start)).slice().buffer);
}

function bytesOf({ buffer, byteLength, byteOffset }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
