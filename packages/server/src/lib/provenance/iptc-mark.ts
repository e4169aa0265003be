import type { Mark } from "../ports/mark.js";
import { withEdits } from "./edit.js";
import { readMetadata } from "./read-metadata.js";
import { withFacts, xmpPacket } from "./xmp-packet.js";

/**
 * Returns a mark that writes the IPTC `DigitalSourceType` of AI media into the XMP metadata of a file: PNG, JPEG, WebP,
 * AVIF, GIF, MP4 and MOV. It inserts some 700 bytes and decodes nothing, and replaces another source type. A file that
 * states that AI made it, one of a form that is not known, and a damaged file are returned unchanged.
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
