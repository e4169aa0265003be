import { concatBytes } from "../../bytes/concat-bytes.js";
import { type MetadataReader, maxSteps, type PacketSpan } from "./metadata-format.js";
import { pngChunk } from "./png-chunk.js";

const keyword = "XML:com.adobe.xmp\0";
/** Two bytes for no compression, then an empty language and an empty translated keyword, each with a zero byte. */
const textHeader = `${keyword}\0\0\0\0`;
/** End of the signature and of the first chunk, `IHDR`. */
const afterHeader = 33;

/** @see https://www.w3.org/TR/png-3/#11iTXt (checked 2026-11) */
export const readPngMetadata: MetadataReader = async (file) => {
  let [hasC2pa, isComplete, isForeign] = [false, false, false];
  let chunk: PacketSpan | null = null;
  let packet: PacketSpan | null = null;
  let at = 8;
  for (let steps = 0; steps < maxSteps && !isComplete; steps += 1) {
    const length = (await file.view(at, 4)).getUint32(0);
    const [name, start, end] = [await file.text(at + 4, 4), at + 8, at + 12 + length];
    if (end > file.size || (at === 8 && (name !== "IHDR" || end !== afterHeader))) return null;
    if (name === "caBX") hasC2pa = true;
    if (name === "iTXt" && chunk === null && length >= textHeader.length) {
      const header = await file.text(start, textHeader.length);
      if (header.startsWith(keyword)) {
        // A compressed packet, or one with a language: no known encoder writes it.
        isForeign = header !== textHeader;
        chunk = { start: at, end };
        packet = isForeign ? null : { start: start + textHeader.length, end: end - 4 };
      }
    }
    isComplete = name === "IEND";
    at = end;
  }
  if (!isComplete) return null;
  return {
    hasC2pa,
    packet,
    editsFor: (xmp) => {
      if (isForeign) return null;
      const inserted = pngChunk("iTXt", concatBytes(new TextEncoder().encode(textHeader), xmp));
      return [{ at: chunk?.start ?? afterHeader, removed: chunk === null ? 0 : chunk.end - chunk.start, inserted }];
    },
  };
};
