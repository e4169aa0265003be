/** A replacement of bytes in a file. */
export interface Edit {
  readonly at: number;
  /** The number of bytes that are replaced; 0 for an insertion. */
  readonly removed: number;
  readonly inserted: Uint8Array<ArrayBuffer>;
}

/** Max bytes of a file that is copied into memory where a Blob cannot consist of parts of files. */
const maxCopiedBytes = 134_217_728;

/**
 * Returns the file with the edits, which are in ascending order and apart. Copies none of the file's own bytes, but in Bun:
 * its Blobs lose parts that are files, so up to 128 MiB are in memory there.
 *
 * @throws {RangeError} in Bun for a larger file.
 */
export async function withEdits(file: Blob, edits: readonly Edit[]): Promise<Blob> {
  const pieces: (Blob | Uint8Array<ArrayBuffer>)[] = [];
  let at = 0;
  for (const edit of edits) {
    pieces.push(file.slice(at, edit.at), edit.inserted);
    at = edit.at + edit.removed;
  }
  pieces.push(file.slice(at));
  const edited = new Blob(pieces, { type: file.type });
  if (edited.size === pieces.reduce((sum, piece) => sum + sizeOf(piece), 0)) return edited;
  if (file.size > maxCopiedBytes)
    throw new RangeError(`This runtime can mark files of at most ${maxCopiedBytes} bytes.`);
  const copies = pieces.map((piece) => (piece instanceof Blob ? piece.arrayBuffer() : piece));
  return new Blob(await Promise.all(copies), { type: file.type });
}

function sizeOf(piece: Blob | Uint8Array): number {
  return piece instanceof Blob ? piece.size : piece.byteLength;
}
