import type { BlobReader } from "../../bytes/blob-reader.js";
import { concatBytes } from "../../bytes/concat-bytes.js";
import { type MetadataReader, maxSteps, type PacketSpan } from "./metadata-format.js";

const [imageBlock, extensionBlock, trailer] = [0x2c, 0x21, 0x3b];
const [applicationLabel, commentLabel] = [0xff, 0xfe];
const [xmpName, c2paName] = ["XMP DataXMP", "C2PA_GIF\x01\0\0"];
/**
 * Follows a packet. Decoders read each byte of it as the length of a sub-block, and skip to the zero byte at its end
 * from wherever the packet led them.
 */
const magicTrailer = Uint8Array.from({ length: 258 }, (_, at) => (at === 0 ? 1 : Math.max(256 - at, 0)));

/** @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt and part 3 of Adobe's XMP specification (checked 2026-11) */
export const readGifMetadata: MetadataReader = async (file) => {
  const flags = (await file.view(10, 1)).getUint8(0);
  let at = 13 + tableBytes(flags);
  let hasC2pa = false;
  let block: PacketSpan | null = null;
  // After the blocks that are about the whole file, such as the one that repeats an animation.
  let insertAt = at;
  for (let stepsLeft = maxSteps; ; ) {
    const kind = (await file.view(at, 1)).getUint8(0);
    if (kind === trailer) break;
    let start = at + 2;
    if (kind === imageBlock) start = at + 11 + tableBytes((await file.view(at + 9, 1)).getUint8(0));
    else if (kind !== extensionBlock) return null;
    const subBlocks = await skipSubBlocks(file, { start, stepsLeft });
    if (subBlocks === null) return null;
    const label = kind === extensionBlock ? (await file.view(at + 1, 1)).getUint8(0) : null;
    const name = label === applicationLabel && start + 12 <= subBlocks.end ? await file.text(start + 1, 11) : null;
    if (name === c2paName) hasC2pa = true;
    if (name === xmpName) block ??= { start: at, end: subBlocks.end };
    if (at === insertAt && (label === applicationLabel || label === commentLabel)) insertAt = subBlocks.end;
    ({ end: at, stepsLeft } = subBlocks);
  }
  const packet = block && { start: block.start + 14, end: block.end - magicTrailer.byteLength };
  const isForeign = packet !== null && packet.end < packet.start;
  return {
    hasC2pa,
    packet: isForeign ? null : packet,
    editsFor: (xmp) => {
      // A zero byte would end the block.
      if (isForeign || xmp.includes(0)) return null;
      const header = concatBytes(
        Uint8Array.of(extensionBlock, applicationLabel, 11),
        new TextEncoder().encode(xmpName),
      );
      const inserted = concatBytes(header, xmp, magicTrailer);
      const edit = { at: block?.start ?? insertAt, removed: block === null ? 0 : block.end - block.start, inserted };
      // Extensions exist since the version 89a.
      return [{ at: 4, removed: 1, inserted: new TextEncoder().encode("9") }, edit];
    },
  };
};

function tableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** Skips a chain of sub-blocks. Each starts with its length; an empty one is the last. `null` if there are too many. */
async function skipSubBlocks(
  file: BlobReader,
  { start, stepsLeft }: { readonly start: number; readonly stepsLeft: number },
): Promise<{ readonly end: number; readonly stepsLeft: number } | null> {
  let at = start;
  for (let left = stepsLeft - 1; left >= 0; left -= 1) {
    const length = (await file.view(at, 1)).getUint8(0);
    at += 1 + length;
    if (length === 0) return { end: at, stepsLeft: left };
  }
  return null;
}
