import { concatBytes } from "../../bytes/concat-bytes.js";
import { openLengths } from "../../media/containers/wav-header.js";
import type { MetadataReader } from "./metadata-format.js";
import { littleUint32, maxRiffBytes, riffChunk, riffChunksIn } from "./riff-chunks.js";

/**
 * A new packet comes last, so that the samples stay where they are. RF64 (files above 4 GiB) and files of open length count as
 * damaged: the samples of the latter last until the end of the file.
 *
 * @see Adobe's XMP specification, part 3, and https://exiftool.org/TagNames/RIFF.html (checked 2026-11)
 */
export const readWavMetadata: MetadataReader = async (file) => {
  const statedEnd = 8 + (await file.view(4, 4)).getUint32(0, true);
  if ((await file.text(0, 4)) !== "RIFF" || statedEnd > file.size) return null;
  const chunks = await riffChunksIn(file, statedEnd);
  const last = chunks?.at(-1);
  const samples = chunks?.find(({ name }) => name === "data");
  if (!chunks || !last || !samples || openLengths.includes(samples.end - samples.start)) return null;
  // Some encoders omit the zero byte behind samples of odd length, or do not count it.
  if (last.next !== statedEnd && last.end !== statedEnd) return null;
  const end = Math.min(last.next, file.size);
  const xmp = chunks.find(({ name }) => name === "_PMX");
  return {
    hasC2pa: chunks.some(({ name }) => name === "C2PA"),
    packet: xmp ?? null,
    editsFor: (packet) => {
      const padding = new Uint8Array(xmp === undefined ? last.next - end : 0);
      const inserted = concatBytes(padding, riffChunk("_PMX", packet));
      const removed = xmp === undefined ? 0 : Math.min(xmp.next, end) - xmp.at;
      const riffBytes = end - 8 + inserted.byteLength - removed;
      if (riffBytes > maxRiffBytes) return null;
      const size = { at: 4, removed: 4, inserted: littleUint32(riffBytes) };
      return [size, { at: xmp?.at ?? end, removed, inserted }];
    },
  };
};
