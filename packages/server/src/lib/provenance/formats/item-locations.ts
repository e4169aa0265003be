import { ByteCursor } from "./byte-cursor.js";
import { uintOf } from "./iso-boxes.js";
import type { PacketSpan } from "./metadata-format.js";

/** A contiguous part of the bytes of an item. */
export interface Extent {
  /** Of the item that contains the bytes; only with `method` 2. */
  readonly index: number;
  /** From the base of the location, in bytes. */
  readonly offset: number;
  readonly length: number;
}

/** The place of an item's bytes. */
export interface ItemLocation {
  readonly itemId: number;
  /** 0: `base` is an offset in the file. 1: an offset in the box `idat`. 2: an offset in another item. */
  readonly method: number;
  /** 0: the bytes are in this file. */
  readonly dataReference: number;
  readonly base: number;
  readonly extents: readonly Extent[];
}

/** The content of the box `iloc`. */
export interface ItemLocations {
  readonly version: number;
  readonly flags: number;
  /** Lengths of the numbers, each 0, 4 or 8 bytes. */
  readonly sizes: { readonly offset: number; readonly length: number; readonly base: number; readonly index: number };
  readonly items: readonly ItemLocation[];
}

const numberSizes = [0, 4, 8];

/**
 * @returns `null` for an unknown version or form.
 * @throws {RangeError} when the bytes end too early.
 * @see ISO/IEC 14496-12, 8.11.3 (checked 2026-11)
 */
export function parseItemLocations(content: DataView): ItemLocations | null {
  const cursor = new ByteCursor(content);
  const [version, flags, lengths] = [cursor.uint(1), cursor.uint(3), cursor.uint(2)];
  if (version > 2) return null;
  const nibble = (at: number): number => (lengths >> at) & 15;
  const sizes = { offset: nibble(12), length: nibble(8), base: nibble(4), index: version === 0 ? 0 : nibble(0) };
  if (!Object.values(sizes).every((size) => numberSizes.includes(size))) return null;
  const idBytes = idBytesOf(version);
  const items: ItemLocation[] = [];
  for (let left = cursor.uint(idBytes); left > 0; left -= 1) {
    const itemId = cursor.uint(idBytes);
    const method = version === 0 ? 0 : cursor.uint(2);
    const [dataReference, base] = [cursor.uint(2), cursor.uint(sizes.base)];
    const extents: Extent[] = [];
    for (let extentsLeft = cursor.uint(2); extentsLeft > 0; extentsLeft -= 1) {
      const [index, offset, length] = [cursor.uint(sizes.index), cursor.uint(sizes.offset), cursor.uint(sizes.length)];
      extents.push({ index, offset, length });
    }
    if (method > 2) return null;
    items.push({ itemId, method, dataReference, base, extents });
  }
  return cursor.isAtEnd ? { version, flags, sizes, items } : null;
}

/** The content of the box `iloc`; `null` if a number does not fit into its length. */
export function itemLocationsContent({ flags, items, sizes, version }: ItemLocations): Uint8Array<ArrayBuffer> | null {
  const idBytes = idBytesOf(version);
  const lengths = (sizes.offset << 12) | (sizes.length << 8) | (sizes.base << 4) | sizes.index;
  const numbers: (readonly [value: number, length: number])[] = [
    [version, 1],
    [flags, 3],
    [lengths, 2],
    [items.length, idBytes],
  ];
  for (const { base, dataReference, extents, itemId, method } of items) {
    numbers.push([itemId, idBytes]);
    if (version > 0) numbers.push([method, 2]);
    else if (method !== 0) return null;
    numbers.push([dataReference, 2], [base, sizes.base], [extents.length, 2]);
    for (const { index, length, offset } of extents)
      numbers.push([index, sizes.index], [offset, sizes.offset], [length, sizes.length]);
  }
  if (numbers.some(([value, length]) => value >= 2 ** (8 * length))) return null;
  const content = new Uint8Array(numbers.reduce((total, [, length]) => total + length, 0));
  let at = 0;
  for (const [value, length] of numbers) {
    content.set(uintOf(value, length), at);
    at += length;
  }
  return content;
}

/** A location in the file; `null` if the table has no numbers for it. */
export function fileLocation(
  { sizes }: Pick<ItemLocations, "sizes">,
  { itemId, length, offset }: { readonly itemId: number; readonly offset: number; readonly length: number },
): ItemLocation | null {
  if (sizes.length === 0 || (sizes.offset === 0 && sizes.base === 0)) return null;
  const [base, extentOffset] = sizes.offset === 0 ? [offset, 0] : [0, offset];
  return { itemId, method: 0, dataReference: 0, base, extents: [{ index: 0, offset: extentOffset, length }] };
}

/** The bytes of an item, from the start of the file or of the content of `idat`. */
export function partsOf({ base, extents }: ItemLocation): readonly PacketSpan[] {
  return extents.map(({ length, offset }) => ({ start: base + offset, end: base + offset + length }));
}

function idBytesOf(version: number): number {
  return version < 2 ? 2 : 4;
}
