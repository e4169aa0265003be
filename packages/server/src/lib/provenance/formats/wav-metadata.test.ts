import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { join, uint32 } from "../../../../testing/media/media-bytes.js";
import { tinyWav } from "../../../../testing/media/tiny-media.js";
import { blobFrom } from "../../bytes/blob-from.js";
import { measureFile } from "../../media/measure-file.js";
import { withEdits } from "../edit.js";
import { readMetadata } from "../read-metadata.js";

interface Chunk {
  readonly name: string;
  readonly content: Uint8Array;
}

const format = { name: "fmt ", content: tinyWav().subarray(20, 36) };
const bytesOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer());
const chunk = ({ content, name }: Chunk) =>
  join(name, uint32(content.byteLength, true), content, new Uint8Array(content.byteLength % 2));
const riff = (body: Uint8Array) => join("RIFF", uint32(body.byteLength + 4, true), "WAVE", body);

/** `null` if the file cannot contain the packet. */
async function withPacket(bytes: Uint8Array, packet: Uint8Array): Promise<Uint8Array | null> {
  const file = blobFrom(bytes);
  const edits = (await readMetadata(file, "audio/wav"))?.editsFor(new Uint8Array(packet)) ?? null;
  return edits && bytesOf(await withEdits(file, edits));
}

/** Throws for a length that is not that of the file, and for a chunk that exceeds it. */
function chunksOf(bytes: Uint8Array): readonly Chunk[] {
  const buffer = Buffer.from(bytes);
  const chunks: Chunk[] = [];
  let at = 12;
  while (at < buffer.byteLength) {
    const length = buffer.readUInt32LE(at + 4);
    chunks.push({ name: buffer.toString("latin1", at, at + 4), content: bytes.slice(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  expect([buffer.readUInt32LE(4) + 8, at]).toEqual([buffer.byteLength, buffer.byteLength]);
  return chunks;
}

const content = fc.uint8Array({ minLength: 1, maxLength: 40 });
const others = fc.array(fc.record({ name: fc.constantFrom("LIST", "bext", "cue ", "JUNK", "fact"), content }), {
  maxLength: 3,
});

describe("the mark of a WAV", () => {
  it("keeps the samples and the other chunks, with and without a previous packet", async () => {
    const xmp = fc.record({ name: fc.constant("_PMX"), content: fc.uint8Array({ max: 127, maxLength: 40 }) });
    await fc.assert(
      fc.asyncProperty(others, content, others, xmp, fc.constantFrom(0, 1, 2), content, async (...given) => {
        const [before, samples, after, previous, position, packet] = given;
        const chunks = [format, ...before, { name: "data", content: samples }, ...after];
        if (position > 0) chunks.splice(position === 1 ? 1 : chunks.length, 0, previous);
        const file = riff(join(...chunks.map(chunk)));
        const marked = chunksOf((await withPacket(file, packet)) ?? file);
        const own = { name: "_PMX", content: packet };
        const expected = position === 0 ? [...chunks, own] : chunks.map((each) => (each === previous ? own : each));
        expect(marked).toEqual(expected.map(({ content, name }) => ({ name, content: Uint8Array.from(content) })));
      }),
      { numRuns: 300 },
    );
  });

  const odd = { name: "data", content: Uint8Array.of(1, 2, 3) };
  const previous = { name: "_PMX", content: Uint8Array.of(9, 9, 9) };
  const unpadded = (...chunks: readonly Chunk[]) => riff(join(...chunks.map(chunk)).slice(0, -1));
  const uncounted = (...chunks: readonly Chunk[]) => join(unpadded(...chunks), [0]);

  it.each([
    ["without a zero byte behind odd samples", unpadded(format, odd)],
    ["that does not count the zero byte behind odd samples", uncounted(format, odd)],
    ["without a zero byte behind its packet", unpadded(format, odd, previous)],
    ["that does not count the zero byte behind its packet", uncounted(format, odd, previous)],
    ["that does not count the last zero byte, with a packet before", uncounted(format, previous, odd)],
  ])("is readable in a file %s", async (_, file) => {
    const packet = Uint8Array.of(7, 7, 7, 7);
    const marked = chunksOf((await withPacket(file, packet)) ?? file);
    expect(marked.find(({ name }) => name === "_PMX")?.content).toEqual(packet);
    expect(marked.find(({ name }) => name === "data")).toEqual(odd);
  });

  it("comes before bytes that do not belong to the file", async () => {
    const tail = "TAG of another program";
    const marked = await withPacket(join(tinyWav(), tail), Uint8Array.of(7, 7));
    chunksOf((marked ?? new Uint8Array()).slice(0, -tail.length));
    expect(Buffer.from(marked ?? []).toString("latin1")).toMatch(new RegExp(`${tail}$`));
  });

  const samples = (length: number) => join(chunk(format), "data", uint32(length, true), new Uint8Array(16));
  const withLength = (length: number, body = samples(16)) => join("RIFF", uint32(length, true), "WAVE", body);

  it.each([
    ["an open length, as in a stream", withLength(0xffff_ffff)],
    ["a length of zero", withLength(0)],
    ["samples of open length", withLength(60, samples(0xffff_ffff))],
    ["samples of length zero that last until the end", withLength(36, samples(0))],
    ["a length above its own", withLength(1_000)],
    ["a length that ends inside of the samples", withLength(50)],
    ["samples longer than the file", withLength(54, samples(18))],
    ["no samples", riff(chunk(format))],
    ["64-bit lengths", join("RF64", tinyWav().subarray(4))],
  ])("is not written into a file with %s", async (_, file) => {
    expect(await withPacket(file, Uint8Array.of(7, 7))).toBeNull();
  });

  it("changes no duration", async () => {
    const file = tinyWav({ durationMs: 1_250 });
    const marked = (await withPacket(file, Uint8Array.of(7, 7))) ?? file;
    expect(await measureFile(blobFrom(marked))).toEqual(await measureFile(blobFrom(file)));
  });
});
