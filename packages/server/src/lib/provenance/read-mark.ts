import { measureFile } from "../media/measure-file.js";
import { vocabulary } from "./ai-statement.js";
import { readMetadata } from "./read-metadata.js";
import { xmpValue } from "./xmp-properties.js";

/** The statements of a file about its making, from its metadata; see `FileMark` of the contract. */
export interface StatedMark {
  readonly digitalSourceType: string | null;
  readonly system: string | null;
  readonly createdAt: string | null;
  /** `xmpMM:DocumentID`: the generation, in a mark of this package. */
  readonly documentId: string | null;
  readonly c2pa: boolean;
}

/** Reads the mark of a file of any origin, without reading it whole. `null` without a mark and for a damaged file. */
export async function readMark(file: Blob): Promise<StatedMark | null> {
  const media = await measureFile(file);
  const metadata = media === null ? null : await readMetadata(file, media.contentType);
  if (metadata === null) return null;
  const read = (name: string) => xmpValue(metadata.xmp ?? "", name);
  const sourceType = read("DigitalSourceType");
  if (sourceType === null && !metadata.hasC2pa) return null;
  return {
    digitalSourceType: sourceType?.startsWith(vocabulary) ? sourceType.slice(vocabulary.length) : sourceType,
    system: read("AISystemUsed"),
    createdAt: read("CreateDate"),
    documentId: read("DocumentID"),
    c2pa: metadata.hasC2pa,
  };
}
