import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { join, uint32 } from "../../../../testing/media/media-bytes.js";
import { tinyMp3 } from "../../../../testing/media/tiny-media.js";
import { blobFrom } from "../../bytes/blob-from.js";
import { measureFile } from "../../media/measure-file.js";
import { withEdits } from "../edit.js";
import { readMetadata } from "../read-metadata.js";

interface Frame {
  readonly name: string;
  readonly content: Uint8Array;
}

const sound = tinyMp3({ durationMs: 100 });
const packet = Buffer.from("<r:RDF/>".repeat(40));
const xmp = (content: Uint8Array): Frame => ({ name: "PRIV", content: join("XMP\0", content) });
const bytesOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer());
const sevenBits = (value: number) => [21, 14, 7, 0].map((shift) => (value >> shift) & 127);

/** `null` if the file cannot contain the packet. */
async function withPacket(bytes: Uint8Array): Promise<Uint8Array | null> {
  const file = blobFrom(bytes);
  const edits = (await readMetadata(file, "audio/mpeg"))?.editsFor(new Uint8Array(packet)) ?? null;
  return edits && bytesOf(await withEdits(file, edits));
}

const frameBytes = ({ content, name }: Frame, version: number, coding = 0) => {
  const length = version === 4 ? sevenBits(content.byteLength) : uint32(content.byteLength);
  return join(name, length, [0, coding], content);
};
const tag = (version: number, body: Uint8Array, { flags = 0 } = {}) =>
  join("ID3", [version, 0, flags], sevenBits(body.byteLength), body);

/** The frames of a tag, the zeros behind them, and all bytes behind the tag. Throws for a length that is not that of the tag. */
function partsOf(bytes: Uint8Array) {
  const buffer = Buffer.from(bytes);
  const numberAt = (at: number) => [0, 1, 2, 3].reduce((sum, byte) => sum * 128 + (buffer[at + byte] ?? 0), 0);
  const frames: Frame[] = [];
  const end = 10 + numberAt(6);
  let at = 10;
  while (at < end && buffer[at] !== 0) {
    const length = buffer[3] === 4 ? numberAt(at + 4) : buffer.readUInt32BE(at + 4);
    frames.push({ name: buffer.toString("latin1", at, at + 4), content: bytes.slice(at + 10, at + 10 + length) });
    at += 10 + length;
  }
  return { version: buffer[3], frames, zeros: end - at, rest: bytes.slice(end) };
}

const otherFrame = fc.record({
  name: fc.constantFrom("TIT2", "TCON", "PRIV", "APIC"),
  content: fc.uint8Array({ minLength: 1, maxLength: 300 }),
});
const previous = xmp(Buffer.from("<r:RDF></r:RDF>"));

describe("the mark of an MP3", () => {
  it("is a new tag before the sound", async () => {
    const marked = (await withPacket(sound)) ?? sound;
    expect(partsOf(marked)).toEqual({ version: 3, frames: [xmp(packet)], zeros: 0, rest: sound });
    expect(await measureFile(blobFrom(marked))).toEqual(await measureFile(blobFrom(sound)));
  });

  it("keeps the other frames and the sound, with and without a previous packet", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(otherFrame, { maxLength: 4 }),
        fc.constantFrom(3, 4),
        fc.nat(30),
        fc.option(fc.nat(4)),
        async (others, version, zeros, position) => {
          const frames: Frame[] = [...others];
          if (position !== null) frames.splice(position, 0, previous);
          const body = join(...frames.map((frame) => frameBytes(frame, version)), new Uint8Array(zeros));
          const marked = await withPacket(join(tag(version, body), sound));
          const own = xmp(packet);
          const expected =
            position === null ? [...frames, own] : frames.map((frame) => (frame === previous ? own : frame));
          expect(partsOf(marked ?? sound)).toEqual({
            version,
            frames: expected.map(({ content, name }) => ({ name, content: Uint8Array.from(content) })),
            zeros,
            rest: sound,
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  const title = { name: "TIT2", content: new Uint8Array(200).fill(65) };
  const plain = frameBytes(title, 3);

  it.each([
    ["a tag of version 2.2", join(tag(2, new Uint8Array(20)), sound)],
    ["an unsynchronized tag", join(tag(3, plain, { flags: 0x80 }), sound)],
    ["an extended header", join(tag(3, plain, { flags: 0x40 }), sound)],
    ["a footer", join(tag(4, frameBytes(title, 4), { flags: 0x10 }), sound)],
    ["a second tag", join(tag(3, plain), tag(3, plain), sound)],
    [
      "a length of eight bits in a tag of version 2.4",
      join(tag(4, join("TIT2", uint32(128), new Uint8Array(130))), sound),
    ],
    ["a frame that exceeds the tag", join(tag(3, plain.slice(0, -1)), sound)],
    ["a frame without a name", join(tag(3, join(plain, "????", uint32(2), [0, 0], "ab")), sound)],
    ["a tag that exceeds the file", tag(3, plain).slice(0, -1)],
    ["an encrypted packet", join(tag(3, frameBytes({ name: "PRIV", content: Buffer.from("secret") }, 3, 0x40)), sound)],
  ])("is not written into a file with %s", async (_, file) => {
    expect(await withPacket(file)).toBeNull();
  });

  it("is found beside a frame that may be an encrypted one, as is a C2PA manifest, and the file stays as it is", async () => {
    const coded = frameBytes({ name: "PRIV", content: Buffer.from("secret") }, 3, 0x40);
    const c2pa = frameBytes({ name: "GEOB", content: Buffer.from("\0application/c2pa\0\0\0bytes") }, 3);
    const file = join(tag(3, join(frameBytes(xmp(packet), 3), coded, c2pa)), sound);
    expect(await withPacket(file)).toBeNull();
    expect(await readMetadata(blobFrom(file), "audio/mpeg")).toMatchObject({ hasC2pa: true, xmp: packet.toString() });
  });

  it("is not written into the largest tag", async () => {
    // The parts share their bytes.
    const mebibyte = new Blob([new Uint8Array(1_048_576)]);
    const file = new Blob([join("ID3", [3, 0, 0], sevenBits(2 ** 28 - 1)), ...Array(256).fill(mebibyte), sound]);
    expect((await readMetadata(file, "audio/mpeg"))?.editsFor(new Uint8Array(packet))).toBeNull();
  });

  it.each(["application/c2pa", "application/x-c2pa-manifest-store"])(
    "finds a manifest of the type %s",
    async (type) => {
      const manifest = { name: "GEOB", content: join([0], type, [0, 0, 0], "manifest") };
      const file = join(tag(3, join(plain, frameBytes(manifest, 3))), sound);
      expect(await readMetadata(blobFrom(file), "audio/mpeg")).toMatchObject({ hasC2pa: true });
    },
  );
});
