import type { OutputProvenance } from "@safelight/client/contract";
import { measureFile } from "../media/measure-file.js";
import type { Mark, MarkFacts } from "../ports/mark.js";
import { readMetadata } from "./read-metadata.js";

/** Max bytes that a mark may add: a C2PA manifest may contain thumbnails. */
const maxAddedBytes = 4_194_304;

/** A file with its marks, as far as they could be made. */
export interface MarkedFile {
  readonly file: Blob;
  readonly provenance: OutputProvenance;
  /** The reason why `mark` failed, and the file stayed as it was; `null` if it did not fail. */
  readonly error: unknown;
}

/**
 * Marks a file. Leaves a file with a C2PA manifest unchanged, to the byte, and also one whose mark fails: a paid file is
 * never lost to its mark.
 */
export async function markFile(
  file: Blob,
  { facts, mark }: { readonly facts: MarkFacts; readonly mark: Mark },
): Promise<MarkedFile> {
  const before = await provenanceOf(file, facts);
  if (before.c2pa) return { file, provenance: before, error: null };
  try {
    const marked = await mark(file, facts);
    if (marked === file) return { file, provenance: before, error: null };
    await checkMarked(marked, file);
    return { file: marked, provenance: await provenanceOf(marked, facts), error: null };
  } catch (error) {
    return { file, provenance: before, error };
  }
}

async function provenanceOf(file: Blob, { contentType, digitalSourceType }: MarkFacts): Promise<OutputProvenance> {
  const metadata = await readMetadata(file, contentType);
  return { digitalSourceType, c2pa: metadata?.hasC2pa ?? false, marked: metadata?.statesAi ?? false };
}

/** The mark may be the host's, and hosts in JavaScript may return any value. */
async function checkMarked(marked: unknown, file: Blob): Promise<void> {
  if (!(marked instanceof Blob)) throw new TypeError("mark returned no Blob.");
  if (marked.size > file.size + maxAddedBytes) throw new RangeError(`mark added more than ${maxAddedBytes} bytes.`);
  const before = await measureFile(file);
  const after = await measureFile(marked);
  const isSame = before?.contentType === after?.contentType && before?.width === after?.width;
  if (!isSame || before?.height !== after?.height) throw new Error("mark returned another type or size of media.");
}
