import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { box, join, uint32 } from "../../../../testing/media/media-bytes.js";
import { avifForms, avifOf, avifSequence } from "../../../../testing/provenance/avif-fixtures.js";
import { withC2pa } from "../../../../testing/provenance/media-fixtures.js";
import { blobFrom } from "../../bytes/blob-from.js";
import { withEdits } from "../edit.js";
import { readMetadata } from "../read-metadata.js";

const packet = '<r:RDF xmlns:r="rdf"><r:Description e:DigitalSourceType="x"/></r:RDF>';
const plainForm = { version: 1, sizes: { offset: 4, length: 4, base: 0 } } as const;
const bytesOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer());

/** `null` if the file cannot contain the packet. */
async function withPacket(bytes: Uint8Array, xmp = packet): Promise<Uint8Array | null> {
  const file = blobFrom(bytes);
  const edits = (await readMetadata(file, "image/avif"))?.editsFor(new TextEncoder().encode(xmp)) ?? null;
  return edits && bytesOf(await withEdits(file, edits));
}

/** The first frame of each chunk, as far as a table of its own finds it. */
function firstBytes(file: Uint8Array, table: "co64" | "stco"): readonly string[] {
  const buffer = Buffer.from(file);
  const at = buffer.indexOf(table) + 8;
  return Array.from({ length: buffer.readUInt32BE(at) }, (_, index) => {
    const offset =
      table === "stco" ? buffer.readUInt32BE(at + 4 + index * 4) : Number(buffer.readBigUInt64BE(at + 4 + index * 8));
    return buffer.toString("hex", offset, offset + 8);
  });
}

/** A track whose chunks start at these offsets, with further boxes in its table and another place of its data. */
const movie = (offsets: Uint8Array, { more = new Uint8Array(0), flag = 1 } = {}) =>
  box(
    "moov",
    box("mvhd", new Uint8Array(100)),
    box(
      "trak",
      box(
        "mdia",
        box(
          "minf",
          box("dinf", box("dref", [0, 0, 0, 0], uint32(1), box("url ", [0, 0, 0, flag]))),
          box("stbl", offsets, more),
        ),
      ),
    ),
  );
const longOffsets = (...offsets: readonly number[]) =>
  box("co64", uint32(0), uint32(offsets.length), ...offsets.map((offset) => join(uint32(0), uint32(offset))));
const still = avifOf({ ...plainForm, isInside: true });
/** Two frames after the image. */
const sequenceOf = (options: Parameters<typeof movie>[1] = {}) => {
  const start = still.byteLength + movie(longOffsets(0, 0), options).byteLength + 8;
  return join(still, movie(longOffsets(start, start + 8), options), box("mdat", "frame--1frame--2"));
};

/** Replaces the first place of a text by another of the same length. */
const replaced = (bytes: Uint8Array, from: string, to: string): Uint8Array => {
  const text = Buffer.from(bytes).toString("latin1");
  expect(text).toContain(from);
  return new Uint8Array(Buffer.from(text.replace(from, to), "latin1"));
};
const packed = async (xmp: string) => (await withPacket(avifOf(plainForm), xmp)) ?? new Uint8Array(0);

describe("readAvifMetadata", () => {
  it("keeps the frames of a sequence of an encoder", async () => {
    const result = await withPacket(avifSequence);
    expect(result && firstBytes(result, "stco")).toEqual(firstBytes(avifSequence, "stco"));
    expect(await readMetadata(blobFrom(result ?? new Uint8Array()), "image/avif")).toMatchObject({ xmp: packet });
  });

  it("keeps the frames at offsets of eight bytes", async () => {
    const sequence = sequenceOf();
    const frames = ["frame--1", "frame--2"].map((text) => Buffer.from(text).toString("hex"));
    expect(firstBytes(sequence, "co64")).toEqual(frames);
    const result = await withPacket(sequence);
    expect(result && firstBytes(result, "co64")).toEqual(frames);
  });

  it("replaces a packet, whatever its length", async () => {
    for (const [, form] of avifForms) {
      const first = await withPacket(avifOf(form), "a");
      const second = first && (await withPacket(first, packet));
      expect(await readMetadata(blobFrom(second ?? new Uint8Array()), "image/avif")).toMatchObject({ xmp: packet });
      expect(second && (await sharp(second).raw().toBuffer())).toEqual(await sharp(avifOf(form)).raw().toBuffer());
    }
  });

  it.each<[string, () => Uint8Array | Promise<Uint8Array>]>([
    ["an unknown box of the file", () => join(still, box("moof"))],
    ["two tables of items", () => join(still, still.subarray(offsetOf(still, "meta") - 4))],
    ["an open table of items", () => replaced(still, `${lengthOf(still, "meta")}meta`, "\0\0\0\0meta")],
    ["an unknown box of metadata", () => replaced(avifOf({ ...plainForm, groupId: 5 }), "grpl", "zzzz")],
    ["an unknown version of locations", () => replaced(still, "iloc\x01", "iloc\x03")],
    ["numbers of an unknown length", () => replaced(still, "iloc\x01\0\0\0\x44", "iloc\x01\0\0\0\x43")],
    ["an old version of items", () => replaced(still, "infe\x02", "infe\x01")],
    ["another number of items", () => replaced(still, "iinf\0\0\0\0\0\x01", "iinf\0\0\0\0\0\x02")],
    ["bytes in another file", () => replaced(still, "\0\x01\0\x01\0\0\0\x01", "\0\x01\0\x01\0\x01\0\x01")],
    [
      "a compressed packet",
      async () => replaced(await packed(packet), "XMP\0application/rdf+xml\0", "\0application/rdf+xml\0br\0"),
    ],
    ["an encrypted packet", async () => replaced(await packed(packet), "\0\0mimeXMP", "\0\x01mimeXMP")],
    ["frames with further offsets", () => sequenceOf({ more: box("saio", new Uint8Array(12)) })],
    ["frames in another file", () => sequenceOf({ flag: 0 })],
    ["frames beyond the end", () => join(still, movie(longOffsets(1_000_000)))],
    ["frames in the tables", () => join(still, movie(longOffsets(offsetOf(still, "iloc"))))],
  ])("refuses %s, and still finds a manifest", async (_, make) => {
    const bytes = await make();
    expect(await withPacket(bytes)).toBeNull();
    expect(await readMetadata(blobFrom(withC2pa(bytes, "image/avif")), "image/avif")).toMatchObject({ hasC2pa: true });
  });

  it("never changes the pixels of a changed or cut file that a decoder accepts", async () => {
    const files = avifForms.map(([, form]) => avifOf(form));
    const change = fc.record({ at: fc.nat(350), byte: fc.integer({ min: 0, max: 255 }) });
    const decode = async (bytes: Uint8Array) =>
      await sharp(bytes)
        .raw()
        .toBuffer()
        .catch(() => null);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.option(fc.nat()),
        async (file, changes, cut) => {
          const hostile = file.slice(0, cut === null ? undefined : cut % file.byteLength);
          for (const { at, byte } of changes) if (at < hostile.byteLength) hostile[at] = byte;
          const result = await withPacket(hostile);
          const pixels = result && (await decode(hostile));
          if (result && pixels) expect(await decode(result)).toEqual(pixels);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function lengthOf(bytes: Uint8Array, name: string): string {
  const at = offsetOf(bytes, name);
  return Buffer.from(bytes.subarray(at - 4, at)).toString("latin1");
}

function offsetOf(bytes: Uint8Array, name: string): number {
  return Buffer.from(bytes).indexOf(name);
}
