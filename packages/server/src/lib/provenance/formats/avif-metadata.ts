import type { BlobReader } from "../../bytes/blob-reader.js";
import type { IsoBox } from "../../media/containers/iso-box.js";
import type { Edit } from "../edit.js";
import { type AvifItems, readAvifItems } from "./avif-items.js";
import { readVideoMetadata } from "./bmff-metadata.js";
import { chunkOffsetEdits } from "./chunk-offsets.js";
import { isoBox, isoBoxesIn, uintOf } from "./iso-boxes.js";
import { withDescription, withXmpItem } from "./item-infos.js";
import {
  fileLocation,
  type ItemLocation,
  type ItemLocations,
  itemLocationsContent,
  partsOf,
} from "./item-locations.js";
import type { MetadataReader, PacketSpan } from "./metadata-format.js";

/**
 * AVIF. A packet is an item, whose bytes are appended. The tables of items grow, so each offset to bytes after them is
 * corrected. A file with a table or a form that is not known cannot be marked.
 *
 * @see https://aomediacodec.github.io/av1-avif/ and ISO/IEC 23008-12, annex A (checked 2026-11)
 */
export const readAvifMetadata: MetadataReader = async (file) => {
  const boxes = await isoBoxesIn(file, { start: 0, end: file.size });
  const video = await readVideoMetadata(file);
  if (boxes === null || video === null) return null;
  const { hasC2pa } = video;
  const items = await readAvifItems(file, boxes).catch((error: unknown) => {
    if (error instanceof RangeError) return null;
    throw error;
  });
  if (items === null) return { hasC2pa, packet: null, editsFor: () => null };
  return { hasC2pa, packet: items.xmp?.packet ?? null, editsFor: (packet) => editsFor(items, { file, packet }) };
};

function editsFor(
  items: AvifItems,
  { file, packet }: { readonly file: Pick<BlobReader, "size">; readonly packet: Uint8Array<ArrayBuffer> },
): readonly Edit[] | null {
  const { chunkOffsets, locations } = items;
  // The edits with the old locations: their lengths are final, and the values of the locations follow from them.
  const draft = editsWith(items, { file, packet, locations: locations.items, packetAt: 0 });
  if (draft === null) return null;
  const parts = locations.items.filter(({ method }) => method === 0).flatMap(partsOf);
  const chunks = chunkOffsets.flatMap(({ offsets }) => offsets.map((at) => ({ start: at, end: at + 1 })));
  if (![...parts, ...chunks].every((part) => isApart(part, draft))) return null;
  const moved = (offset: number): number => movedBy(draft, offset);
  const edits = editsWith(items, {
    file,
    packet,
    locations: locations.items.map((item) => movedLocation(item, { locations, moved })),
    packetAt: file.size + growthOf(draft) - packet.byteLength,
  });
  const chunkEdits = chunkOffsets.map((table) => chunkOffsetEdits(table, moved));
  if (edits === null || chunkEdits.some((edit) => edit === null)) return null;
  return inOrder([...edits, ...chunkEdits.filter((edit) => edit !== null)]);
}

/** The edits that append a packet and change the tables of the items. */
function editsWith(
  items: AvifItems,
  options: {
    readonly file: Pick<BlobReader, "size">;
    readonly packet: Uint8Array<ArrayBuffer>;
    /** Of the items that are there. */
    readonly locations: readonly ItemLocation[];
    readonly packetAt: number;
  },
): readonly Edit[] | null {
  const { file, packet, packetAt } = options;
  const { boxes, isOpen, locations, meta, xmp } = items;
  const itemId = xmp?.itemId ?? items.freeId;
  const location = fileLocation(locations, { itemId, offset: packetAt, length: packet.byteLength });
  if (location === null) return null;
  const all = [...options.locations.filter((item) => item.itemId !== itemId), location];
  const table = itemLocationsContent({ ...locations, items: all });
  const added = xmp === null ? newItemEdits(items, itemId) : [];
  if (table === null || added === null) return null;
  const tableEdits = [...added, replacementOf(boxes.iloc, isoBox("iloc", table))];
  const metaBytes = meta.end - meta.at + growthOf(tableEdits);
  // A length of eight bytes comes after the name.
  const [at, removed] = meta.start - meta.at === 16 ? [meta.at + 8, 8] : [meta.at, 4];
  if (metaBytes >= 2 ** (8 * removed)) return null;
  const length = { at, removed, inserted: uintOf(metaBytes, removed) };
  // The bytes of an open box extend to the end of the file.
  const append = { at: file.size, removed: 0, inserted: isOpen ? packet : isoBox("mdat", packet) };
  return inOrder([length, ...tableEdits, append]);
}

/** The edits that add an item, apart from its location. */
function newItemEdits({ boxes, contents, infos, meta, primaryId }: AvifItems, itemId: number): readonly Edit[] | null {
  const info = withXmpItem(contents.iinf, { infos, itemId });
  const references = withDescription(contents.iref, { from: itemId, to: primaryId });
  if (info === null || references === null) return null;
  const reference = isoBox("iref", references);
  return [
    replacementOf(boxes.iinf, isoBox("iinf", info)),
    boxes.iref === null ? { at: meta.end, removed: 0, inserted: reference } : replacementOf(boxes.iref, reference),
  ];
}

function replacementOf({ at, end }: IsoBox, inserted: Uint8Array<ArrayBuffer>): Edit {
  return { at, removed: end - at, inserted };
}

/** Keeps the order of two edits at the same offset. */
function inOrder(edits: readonly Edit[]): readonly Edit[] {
  return [...edits].sort((left, right) => left.at - right.at);
}

function growthOf(edits: readonly Edit[]): number {
  return edits.reduce((sum, { inserted, removed }) => sum + inserted.byteLength - removed, 0);
}

function movedBy(edits: readonly Edit[], offset: number): number {
  return offset + growthOf(edits.filter(({ at, removed }) => at + removed <= offset));
}

/** Whether no edit changes these bytes, or separates them. */
function isApart({ end, start }: PacketSpan, edits: readonly Edit[]): boolean {
  return edits.every(({ at, removed }) => at >= end || at + removed <= start);
}

/** @param moved returns the new offset of a byte of the file */
function movedLocation(
  item: ItemLocation,
  { locations, moved }: { readonly locations: ItemLocations; readonly moved: (offset: number) => number },
): ItemLocation {
  // The bytes are in `idat` or in another item, whose content stays.
  if (item.method !== 0) return item;
  const { base, extents } = item;
  if (locations.sizes.offset === 0) return { ...item, base: moved(base) };
  return { ...item, extents: extents.map((each) => ({ ...each, offset: moved(base + each.offset) - base })) };
}
