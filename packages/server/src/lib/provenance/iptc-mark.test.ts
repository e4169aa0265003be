import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { mediaFixtures, withC2pa, withXmp } from "../../../testing/provenance/media-fixtures.js";
import { blobFrom } from "../bytes/blob-from.js";
import { measureMedia } from "../media/measure-media.js";
import type { MarkFacts } from "../ports/mark.js";
import { iptcNamespace, vocabulary } from "./ai-statement.js";
import { iptcMark } from "./iptc-mark.js";
import { readMetadata } from "./read-metadata.js";

const mark = iptcMark();
const factsFor = (contentType: string): MarkFacts => ({
  digitalSourceType: "trainedAlgorithmicMedia",
  system: 'Acme & "Sons" <Studio>',
  generationId: "gen_01890a5d-ac96-774b-bcce-b302099a8057",
  model: "flux",
  createdAt: Date.UTC(2026, 10, 29),
  index: 0,
  part: "output",
  contentType,
});

/** A mark of another program. */
const byAi = `xmlns:e="${iptcNamespace}" e:DigitalSourceType="${vocabulary}algorithmicMedia"`;
const images = await mediaFixtures();
const bytesOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer());
const marked = async (bytes: Uint8Array, contentType: string) =>
  bytesOf(await mark(blobFrom(bytes), factsFor(contentType)));
/** The pixels of all frames, with their delays. */
const decode = async (bytes: Uint8Array) => {
  const image = sharp(bytes, { animated: true, failOn: "error" });
  const { delay, height, loop, orientation, pages, width } = await image.metadata();
  return { delay, height, loop, orientation, pages, width, pixels: await image.raw().toBuffer() };
};
/** As another program reads it. The decoder of GIFs skips it. */
const xmpOf = async (bytes: Uint8Array, contentType: string) =>
  contentType === "image/gif"
    ? (await readMetadata(blobFrom(bytes), contentType))?.xmp
    : String((await sharp(bytes).metadata()).xmp);

describe("iptcMark", () => {
  it.for(images.filter(({ contentType }) => contentType.startsWith("image/")))(
    "keeps the pixels of $name, and is read back by the decoder",
    async ({ bytes, contentType }) => {
      const result = await marked(bytes, contentType);
      expect(await decode(result)).toEqual(await decode(bytes));
      expect(measureMedia(result)).toEqual(measureMedia(bytes));
      const xmp = await xmpOf(result, contentType);
      expect(xmp).toContain("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia");
      expect(xmp).toContain("gen_01890a5d-ac96-774b-bcce-b302099a8057");
      expect(xmp).toContain('AISystemUsed="Acme &amp; &quot;Sons&quot; &lt;Studio&gt;"');
      expect(result.byteLength - bytes.byteLength).toBeLessThan(1_200);
    },
  );

  it.for(images)("marks the same bytes of $name in the same way, and a marked file no more", async (image) => {
    const result = await marked(image.bytes, image.contentType);
    expect(await marked(image.bytes, image.contentType)).toEqual(result);
    expect(await marked(result, image.contentType)).toEqual(result);
    expect(await readMetadata(blobFrom(result), image.contentType)).toMatchObject({ statesAi: true });
  });

  it.for(images)("leaves $name with a C2PA manifest to the byte", async ({ bytes, contentType }) => {
    const signed = withC2pa(bytes, contentType);
    expect(await marked(signed, contentType)).toEqual(signed);
    expect(await readMetadata(blobFrom(signed), contentType)).toMatchObject({ hasC2pa: true });
  });

  it.for(images)("keeps the other XMP of $name", async ({ bytes, contentType }) => {
    const title = 'dc:title="Straße" xmp:CreateDate="2020-01-01"';
    const foreign = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="" ${title}/></r:RDF></x:xmpmeta>`;
    const result = await marked(await withXmp(bytes, contentType, foreign), contentType);
    const metadata = await readMetadata(blobFrom(result), contentType);
    expect(metadata?.xmp).toContain(title);
    expect(metadata).toMatchObject({ statesAi: true });
    expect(metadata?.xmp?.match(/CreateDate/g)).toHaveLength(1);
  });

  it.for(images)("leaves $name that states that AI made it", async ({ bytes, contentType }) => {
    const foreign = `<r:RDF xmlns:r="rdf"><r:Description ${byAi}/></r:RDF>`;
    const stated = await withXmp(bytes, contentType, foreign);
    expect(await marked(stated, contentType)).toEqual(stated);
  });

  it.for(images)("replaces another source type of $name", async ({ bytes, contentType }) => {
    const foreign = `<r:RDF xmlns:r="rdf"><r:Description ${byAi.replace("algorithmicMedia", "digitalCapture")} dc:title="a"/></r:RDF>`;
    const result = await marked(await withXmp(bytes, contentType, foreign), contentType);
    const metadata = await readMetadata(blobFrom(result), contentType);
    expect(metadata).toMatchObject({ statesAi: true });
    expect(metadata?.xmp).toMatch(/dc:title="a".*trainedAlgorithmicMedia"/s);
    expect(metadata?.xmp).not.toContain("digitalCapture");
  });

  it.for(images.slice(0, 1))(
    "does not read a packet of $name with more than 20,000 tags",
    async ({ bytes, contentType }) => {
      const withTags = (count: number) => {
        const tags = "<a>".repeat(count - 1);
        return withXmp(bytes, contentType, `${tags}<r:Description ${byAi}/>`);
      };
      const largest = await readMetadata(blobFrom(await withTags(20_000)), contentType);
      expect(largest).toMatchObject({ statesAi: true });
      const larger = await withTags(20_001);
      expect(await readMetadata(blobFrom(larger), contentType)).toMatchObject({ xmp: null, statesAi: false });
      expect(await marked(larger, contentType)).toEqual(larger);
    },
  );

  it.each([
    ["a text", '<dc:d>a photo; DigitalSourceType="x" e:DigitalSourceType="y"</dc:d></r:RDF>'],
    ["a value", `<r:Description dc:title="a e:DigitalSourceType='x'"/></r:RDF>`],
    ["a comment after the end", '</r:RDF><!-- e:DigitalSourceType="x" </r:RDF> -->'],
  ])("is not turned off by the property's name in %s, such as a prompt", async (_, rest) => {
    for (const { bytes, contentType } of images) {
      const foreign = `<r:RDF xmlns:r="rdf">${rest}`;
      const result = await marked(await withXmp(bytes, contentType, foreign), contentType);
      const { xmp, statesAi } = (await readMetadata(blobFrom(result), contentType)) ?? {};
      expect(statesAi).toBe(true);
      // The mark is inside of the descriptions, and not of a comment.
      expect(xmp?.replace(/<!--.*-->/s, "")).toMatch(/Iptc4xmpExt:DigitalSourceType="http[^"]*"[^>]*\/><\/r:RDF>/);
    }
  });

  it("never throws for a cut or changed file, and adds at most 1,200 bytes", async () => {
    const change = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...images),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(change, { maxLength: 8 }),
        async ({ bytes, contentType }, share, changes) => {
          const hostile = bytes.slice(0, Math.ceil(bytes.byteLength * share));
          for (const { at, byte } of changes)
            if (hostile.byteLength > 0) hostile[at % Math.min(hostile.byteLength, 400)] = byte;
          const result = await marked(hostile, contentType);
          expect(result.byteLength).toBeLessThan(hostile.byteLength + 1_200);
        },
      ),
      { numRuns: 1_500 },
    );
  });

  it("keeps the pixels of any small image", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("png", "jpeg", "webp", "gif", "avif"),
        fc.integer({ min: 1, max: 24 }),
        fc.constantFrom(3, 4),
        fc.uint8Array({ minLength: 4, maxLength: 64 }),
        fc.string({ unit: "binary", maxLength: 300 }),
        async (format, width, channels, pixels, system) => {
          const raw = { width, height: 24, channels } as const;
          const all = Uint8Array.from(
            { length: width * 24 * channels },
            (_, at) => (pixels[at % pixels.length] ?? 0) + at,
          );
          const image = sharp(all, { raw });
          const bytes = new Uint8Array(await image.toFormat(format, { lossless: true, effort: 1 }).toBuffer());
          const contentType = `image/${format}`;
          const result = await bytesOf(await mark(blobFrom(bytes), { ...factsFor(contentType), system }));
          expect(await decode(result)).toEqual(await decode(bytes));
          expect(await xmpOf(result, contentType)).toContain("DigitalSourceType");
        },
      ),
      { numRuns: 100 },
    );
  });
});
