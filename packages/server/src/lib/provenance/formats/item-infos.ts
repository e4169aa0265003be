import { concatBytes } from "../../bytes/concat-bytes.js";
import { ByteCursor } from "./byte-cursor.js";
import { ascii, isoBox, uintOf } from "./iso-boxes.js";

/** Type of XMP, of an item and of its content. */
const xmpType = "mime";
const xmpContentType = "application/rdf+xml";
/** Max id, and max number of items, that two bytes hold. */
const maxShortId = 0xffff;

/** An item of an image file: an image, or its metadata. */
interface ItemInfo {
  readonly itemId: number;
  readonly isXmp: boolean;
  /** Whether the bytes of the item are not those of its content: encrypted or compressed. */
  readonly isEncoded: boolean;
}

/** The content of the box `iinf`. */
export interface ItemInfos {
  readonly version: number;
  readonly items: readonly ItemInfo[];
}

/** Bytes of the version, the flags and the number of items. */
function headerBytesOf(version: number): number {
  return version === 0 ? 6 : 8;
}

/**
 * @returns `null` for an unknown version or form.
 * @throws {RangeError} when the bytes end too early.
 * @see ISO/IEC 14496-12, 8.11.6 (checked 2026-11)
 */
export function parseItemInfos(content: DataView): ItemInfos | null {
  const version = content.getUint8(0);
  const headerBytes = headerBytesOf(version);
  const count = version === 0 ? content.getUint16(4) : content.getUint32(4);
  const items: ItemInfo[] = [];
  let at = headerBytes;
  while (at < content.byteLength) {
    const length = content.getUint32(at);
    const entry = new DataView(content.buffer, content.byteOffset + at, Math.min(length, content.byteLength - at));
    const item = length === entry.byteLength ? parseItemInfo(entry) : null;
    if (item === null) return null;
    items.push(item);
    at += length;
  }
  return version > 1 || items.length !== count ? null : { version, items };
}

function parseItemInfo(box: DataView): ItemInfo | null {
  const cursor = new ByteCursor(box);
  cursor.uint(4);
  const [name, version] = [cursor.text(4), cursor.uint(1)];
  // Older versions have no type. Images of AV1 do not use them.
  if (name !== "infe" || version < 2 || version > 3) return null;
  cursor.uint(3);
  const [itemId, protection, type] = [cursor.uint(version === 2 ? 2 : 4), cursor.uint(2), cursor.text(4)];
  if (type !== xmpType) return { itemId, isXmp: false, isEncoded: protection !== 0 };
  cursor.textToZero();
  const contentType = cursor.textToZero();
  const encoding = cursor.isAtEnd ? "" : cursor.textToZero();
  return { itemId, isXmp: contentType === xmpContentType, isEncoded: protection !== 0 || encoding !== "" };
}

/** Appends an item with an XMP packet to the content of `iinf`; `null` if it can contain no more. */
export function withXmpItem(
  content: Uint8Array,
  { infos, itemId }: { readonly infos: ItemInfos; readonly itemId: number },
): Uint8Array<ArrayBuffer> | null {
  const count = infos.items.length + 1;
  if (infos.version === 0 && count > maxShortId) return null;
  const isShort = itemId <= maxShortId;
  const header = concatBytes(Uint8Array.of(isShort ? 2 : 3, 0, 0, 0), uintOf(itemId, isShort ? 2 : 4), uintOf(0, 2));
  const entry = isoBox("infe", header, ascii(`${xmpType}XMP\0${xmpContentType}\0`));
  const headerBytes = headerBytesOf(infos.version);
  const counted = concatBytes(content.subarray(0, 4), uintOf(count, headerBytes - 4));
  return concatBytes(counted, content.subarray(headerBytes), entry);
}

/**
 * Appends a reference, which says that an item describes another one, to the content of the box `iref`. `null` for an
 * unknown version, and for an id that does not fit.
 *
 * @param content `null` without this box
 * @see ISO/IEC 14496-12, 8.11.12 (checked 2026-11)
 */
export function withDescription(
  content: Uint8Array | null,
  { from, to }: { readonly from: number; readonly to: number },
): Uint8Array<ArrayBuffer> | null {
  const isLong = Math.max(from, to) > maxShortId;
  const existing = content ?? Uint8Array.of(isLong ? 1 : 0, 0, 0, 0);
  const version = existing[0] ?? 0;
  if (existing.byteLength < 4 || version > 1 || (version === 0 && isLong)) return null;
  const idBytes = version === 0 ? 2 : 4;
  return concatBytes(existing, isoBox("cdsc", uintOf(from, idBytes), uintOf(1, 2), uintOf(to, idBytes)));
}
