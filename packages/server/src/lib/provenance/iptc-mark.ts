import type { Mark } from "../ports/mark.js";
import { withEdits } from "./edit.js";
import { readMetadata } from "./read-metadata.js";
import { withFacts, xmpPacket } from "./xmp-packet.js";

/**
 * Returns a mark that writes the IPTC `DigitalSourceType` of AI media into the XMP metadata of a file: PNG, JPEG, WebP,
 * AVIF, GIF, MP4, MOV, M4A, WAV and MP3. It inserts some 700 bytes, decodes nothing, and replaces any other
 * `DigitalSourceType`. Returns these unchanged: a file with a C2PA manifest, one that states that AI made it, an unsupported
 * format, and a damaged file.
 */
export function iptcMark(): Mark {
  return async (file, facts) => {
    const metadata = await readMetadata(file, facts.contentType);
    if (metadata === null || metadata.hasC2pa || metadata.statesAi) return file;
    const packet = metadata.xmp === null ? xmpPacket(facts) : withFacts(metadata.xmp, facts);
    const edits = packet === null ? null : metadata.editsFor(new TextEncoder().encode(packet));
    return edits === null ? file : await withEdits(file, edits);
  };
}
