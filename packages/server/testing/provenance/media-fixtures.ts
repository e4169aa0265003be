import sharp, { type Sharp } from "sharp";
import { blobFrom } from "../../src/lib/bytes/blob-from.js";
import { withEdits } from "../../src/lib/provenance/edit.js";
import { pngChunk } from "../../src/lib/provenance/formats/png-chunk.js";
import { readMetadata } from "../../src/lib/provenance/read-metadata.js";
import { box, join, uint32 } from "../media/media-bytes.js";
import { tinyMp4 } from "../media/tiny-media.js";
import { avifFixtures } from "./avif-fixtures.js";
import type { MediaFixture } from "./media-fixture.js";

const side = 24;
const pixels = Uint8Array.from({ length: side * side * 4 }, (_, at) => (at * 37 + (at >> 5) * 11) % 251);
const rgba = () => sharp(pixels, { raw: { width: side, height: side, channels: 4 } });
const rgb = () => rgba().removeAlpha();
/** Three frames. */
const animation = () => sharp(pixels, { raw: { width: side, height: side, channels: 4, pageHeight: side / 3 } });

const images: readonly (readonly [name: string, image: Sharp])[] = [
  ["a PNG with transparency", rgba().png()],
  ["a PNG with a palette", rgb().png({ palette: true })],
  [
    "an interlaced PNG with Exif",
    rgb()
      .png({ progressive: true })
      .withExif({ IFD0: { Copyright: "Ada" } }),
  ],
  ["a JPEG", rgb().jpeg()],
  ["a progressive JPEG with Exif", rgb().jpeg({ progressive: true }).withMetadata({ orientation: 6 })],
  ["a lossy WebP", rgb().webp({ quality: 50 })],
  ["a lossy WebP with transparency", rgba().webp({ quality: 50 })],
  ["a lossless WebP", rgb().webp({ lossless: true })],
  ["a lossless WebP with transparency", rgba().webp({ lossless: true })],
  ["an animated WebP", animation().webp({ lossless: true, loop: 3 })],
  ["a WebP with a color profile", rgb().webp().withIccProfile("srgb")],
  ["a GIF", rgb().gif()],
  ["an animated GIF", animation().gif({ loop: 3, delay: [50, 100, 150] })],
];

/** Images of all marked formats, an MP4 and a MOV without tracks, and an M4A. */
export async function mediaFixtures(): Promise<readonly MediaFixture[]> {
  const encoded = images.map(async ([name, image]) => {
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    return { name, contentType: `image/${info.format}`, bytes: new Uint8Array(data) };
  });
  return [
    ...(await Promise.all(encoded)),
    ...(await avifFixtures()),
    { name: "an MP4", contentType: "video/mp4", bytes: video("isom") },
    { name: "a MOV", contentType: "video/quicktime", bytes: video("qt  ") },
    { name: "an M4A", contentType: "audio/mp4", bytes: tinyMp4({ brand: "M4A ", hasAudio: true, hasVideo: false }) },
    { name: "an MP4 whose last box is open", contentType: "video/mp4", bytes: video("isom", { isOpen: true }) },
  ];
}

/** Adds a C2PA manifest that contains nothing. */
export function withC2pa(bytes: Uint8Array, contentType: string): Uint8Array {
  const { added, at } = manifests[contentType] ?? manifests["video/mp4"];
  const insertAt = at(bytes);
  const signed = join(bytes.subarray(0, insertAt), added, bytes.subarray(insertAt));
  if (contentType === "image/webp") new DataView(signed.buffer).setUint32(4, signed.byteLength - 8, true);
  return signed;
}

/** Adds an XMP packet of another program. */
export async function withXmp(bytes: Uint8Array, contentType: string, xmp: string): Promise<Uint8Array> {
  const file = blobFrom(bytes);
  const edits = (await readMetadata(file, contentType))?.editsFor(new TextEncoder().encode(xmp));
  return new Uint8Array(await (await withEdits(file, edits ?? [])).arrayBuffer());
}

const jumbf = join(uint32(24), "jumb", uint32(16), "jumd", "c2pa\0\0\0\0");
const c2paId = Uint8Array.from(Buffer.from("d8fec3d61b0e483c92975828877ec481", "hex"));
const videoManifest = {
  added: box("uuid", c2paId, jumbf),
  at: (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0),
};
const manifests: Readonly<Record<string, typeof videoManifest>> & { readonly "video/mp4": typeof videoManifest } = {
  "image/png": { added: pngChunk("caBX", jumbf), at: () => 33 },
  "image/jpeg": { added: join([0xff, 0xeb, 0, jumbf.byteLength + 10], "JP", [0, 1, 0, 0, 0, 1], jumbf), at: () => 2 },
  "image/webp": { added: join("C2PA", [jumbf.byteLength, 0, 0, 0], jumbf), at: (bytes) => bytes.byteLength },
  "image/gif": {
    added: join([0x21, 0xff, 11], "C2PA_GIF", [1, 0, 0, jumbf.byteLength], jumbf, [0]),
    at: (bytes) => 13 + ((bytes[10] ?? 0) & 0x80 ? 3 * 2 ** (((bytes[10] ?? 0) & 7) + 1) : 0),
  },
  "video/mp4": videoManifest,
};

function video(brand: string, { isOpen = false } = {}): Uint8Array {
  // The version and flags, two times, the time scale and the duration, then the rate, the matrix and the next track.
  const header = box("mvhd", [0, 0, 0, 0], new Uint8Array(8), uint32(1_000), uint32(2_000), new Uint8Array(80));
  const mdat = box("mdat", pixels);
  if (isOpen) mdat.fill(0, 0, 4);
  return join(box("ftyp", brand, uint32(512), brand), box("moov", header), mdat);
}
