import sharp from "sharp";
import { box, join, uint32 } from "../media/media-bytes.js";
import type { MediaFixture } from "./media-fixture.js";

/** A form of the tables of an AVIF. */
export interface AvifForm {
  /** Of the table of locations: 0, 1 or 2. */
  readonly version: number;
  /** Lengths of its numbers, in bytes. */
  readonly sizes: { readonly offset: number; readonly length: number; readonly base: number };
  /** Whether the image is in the box `idat`, and not at the end of the file. */
  readonly isInside?: boolean;
  /** Whether the last box has no length. */
  readonly isOpen?: boolean;
  /** The id of the image. Above 65,535 only with version 2. */
  readonly itemId?: number;
  /** Whether the length of the box `meta` has eight bytes. */
  readonly isLong?: boolean;
  /** A group of this id, in the box `grpl`. */
  readonly groupId?: number;
}

const create = { width: 16, height: 16, channels: 3, background: "#8b1e3f" } as const;
const encoded = new Uint8Array(await sharp({ create }).avif({ effort: 0 }).toBuffer());

const foreignXmp =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about=""/></r:RDF></x:xmpmeta>';

/** Forms that encoders write, and forms that the standard allows. */
export const avifForms: readonly (readonly [name: string, form: AvifForm])[] = [
  ["offsets of 4 bytes", { version: 0, sizes: { offset: 4, length: 4, base: 0 } }],
  ["offsets and bases", { version: 0, sizes: { offset: 4, length: 4, base: 4 } }],
  ["bases only", { version: 1, sizes: { offset: 0, length: 4, base: 4 } }],
  ["offsets of 8 bytes", { version: 1, sizes: { offset: 8, length: 8, base: 0 }, groupId: 7 }],
  ["long ids", { version: 2, sizes: { offset: 4, length: 4, base: 0 }, itemId: 70_000 }],
  ["a long header", { version: 1, sizes: { offset: 4, length: 4, base: 0 }, isLong: true }],
  ["an image in its metadata", { version: 1, sizes: { offset: 4, length: 4, base: 0 }, isInside: true }],
  ["an open last box", { version: 0, sizes: { offset: 4, length: 4, base: 0 }, isOpen: true }],
];

/** A small AVIF in this form. */
export function avifOf(form: AvifForm): Uint8Array<ArrayBuffer> {
  const { groupId, isInside = false, isLong = false, isOpen = false, itemId = 1, sizes, version } = form;
  const image = encoded.subarray(startOf("mdat") + 8);
  const isShortId = itemId < 65_536;
  const id = (value: number, bytes: number) => number(value, version === 2 ? 4 : bytes);
  const infoId = isShortId ? number(itemId, 2) : number(itemId, 4);
  const properties = part("iprp");
  const property = isShortId ? number(itemId, 2) : number(itemId, 4);
  // One association, of the image with its first three properties.
  const associated = box("ipma", [isShortId ? 0 : 1, 0, 0, 0], uint32(1), property, [3, 0x81, 2, 3]);
  const ipma = indexOf(properties, "ipma") - 4;
  const metaOf = (offset: number) => {
    const isInBase = sizes.offset === 0;
    const location = join(
      [version, 0, 0, 0, (sizes.offset << 4) | sizes.length, sizes.base << 4],
      id(1, 2),
      id(itemId, 2),
      version > 0 ? [0, isInside ? 1 : 0] : [],
      [0, 0],
      number(isInBase ? offset : 0, sizes.base),
      [0, 1],
      number(isInBase ? 0 : offset, sizes.offset),
      number(image.byteLength, sizes.length),
    );
    const content = join(
      [0, 0, 0, 0],
      part("hdlr"),
      box("pitm", [isShortId ? 0 : 1, 0, 0, 0], infoId),
      box("iloc", location),
      box("iinf", [0, 0, 0, 0, 0, 1], box("infe", [isShortId ? 2 : 3, 0, 0, 0], infoId, [0, 0], "av01\0")),
      box("iprp", properties.subarray(8, ipma), associated),
      groupId === undefined
        ? []
        : box(
            "grpl",
            box("altr", [0, 0, 0, 0], uint32(groupId), uint32(1), infoId.byteLength === 2 ? uint32(itemId) : infoId),
          ),
      isInside ? box("idat", image) : [],
    );
    return isLong ? join(uint32(1), "meta", number(16 + content.byteLength, 8), content) : box("meta", content);
  };
  const ftyp = part("ftyp");
  if (isInside) return join(ftyp, metaOf(0));
  const offset = ftyp.byteLength + metaOf(0).byteLength + 8;
  const mdat = box("mdat", image);
  if (isOpen) mdat.fill(0, 0, 4);
  return join(ftyp, metaOf(offset), mdat);
}

/** All forms, and those of encoders. */
export async function avifFixtures(): Promise<readonly MediaFixture[]> {
  const pixels = Uint8Array.from({ length: 24 * 24 * 4 }, (_, at) => (at * 37) % 251);
  const rgba = () => sharp(pixels, { raw: { width: 24, height: 24, channels: 4 } });
  const images = [
    ["a lossy AVIF", rgba().removeAlpha().avif({ effort: 0 })],
    ["a lossless AVIF with transparency", rgba().avif({ effort: 0, lossless: true })],
    [
      "an AVIF with Exif",
      rgba()
        .avif({ effort: 0 })
        .withExif({ IFD0: { Copyright: "Ada" } }),
    ],
    ["an AVIF with XMP of its encoder", rgba().avif({ effort: 0 }).withXmp(foreignXmp)],
    ["an AVIF with a color profile", rgba().avif({ effort: 0 }).withIccProfile("p3")],
  ] as const;
  const contentType = "image/avif";
  const made = images.map(async ([name, image]) => ({
    name,
    contentType,
    bytes: new Uint8Array(await image.toBuffer()),
  }));
  return [
    ...(await Promise.all(made)),
    ...avifForms.map(([name, form]) => ({ name: `an AVIF with ${name}`, contentType, bytes: avifOf(form) })),
  ];
}

/** A red and a blue frame of 16 × 16 pixels, made by avifenc 1.2.1. */
export const avifSequence = new Uint8Array(
  Buffer.from(
    "AAAALGZ0eXBhdmlzAAAAAGF2aWZhdmlzbXNmMWlzbzhtaWYxbWlhZk1BMUEAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAPlAAAAKQAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAEAAAABAAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBIAAAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAACxm1vb3YAAAB4bXZoZAEAAAAAAAAA5zJcSQAAAADnMlxJAAAAAv//////////AAEAAAEAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAAAJGdHJhawAAAGh0a2hkAQAAAQAAAADnMlxJAAAAAOcyXEkAAAABAAAAAP//////////AAAAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAQAAAAAAQAAAAEAAAAAAALGVkdHMAAAAkZWxzdAEAAAEAAAABAAAAAAAAAAIAAAAAAAAAAAABAAAAAAGqbWRpYQAAACxtZGhkAQAAAAAAAADnMlxJAAAAAOcyXEkAAAACAAAAAAAAAAJVxAAAAAAAIWhkbHIAAAAAAAAAAHBpY3QAAAAAAAAAAAAAAAAAAAABVW1pbmYAAAAUdm1oZAAAAAEAAAAAAAAAAAAAACRkaW5mAAAAHGRyZWYAAAAAAAAAAQAAAAx1cmwgAAAAAQAAARVzdGJsAAAAlXN0c2QAAAAAAAAAAQAAAIVhdjAxAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAABAAEABIAAAASAAAAAAAAAABCkFPTSBDb2RpbmcAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGP//AAAADGF2MUOBIAAAAAAAE2NvbHJuY2x4AAEADQAGgAAAABBjY3N0AAAAAHwAAAAAAAAYc3R0cwAAAAAAAAABAAAAAgAAAAEAAAAcc3RzYwAAAAAAAAABAAAAAQAAAAIAAAABAAAAHHN0c3oAAAAAAAAAAAAAAAIAAAApAAAAPgAAABRzdGNvAAAAAAAAAAEAAAPlAAAAFHN0c3MAAAAAAAAAAQAAAAEAAABvbWRhdBIACgwgAAABn/m18kBDQaQyFxAAqgAggggkEEg5UJ82XrDPzEqslZnAEgAyOjADgID9+HqoAOOOOJBAKAACEpyIwNx1hs+4HiMF5//HhMnix2OM9n8goTgdedXYvswdGMQpsBmHfho=",
    "base64",
  ),
);

/** A box of the encoded image, with its header. */
function part(name: string): Uint8Array {
  const start = startOf(name);
  return encoded.subarray(start, start + new DataView(encoded.buffer, encoded.byteOffset + start).getUint32(0));
}

function startOf(name: string): number {
  return indexOf(encoded, name) - 4;
}

function indexOf(bytes: Uint8Array, text: string): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(text, 0, "latin1");
}

function number(value: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => Math.floor(value / 256 ** (length - 1 - at)) % 256);
}
