/** A replacement of bytes in a file. */
export interface Edit {
  readonly at: number;
  /** The number of bytes that are replaced; 0 for an insertion. */
  readonly removed: number;
  readonly inserted: Uint8Array<ArrayBuffer>;
}

/** Returns the file with the edits, which are in ascending order and apart. Copies none of the file's own bytes. */
export function withEdits(file: Blob, edits: readonly Edit[]): Blob {
  const pieces: (Blob | Uint8Array<ArrayBuffer>)[] = [];
  let at = 0;
  for (const edit of edits) {
    pieces.push(file.slice(at, edit.at), edit.inserted);
    at = edit.at + edit.removed;
  }
  return new Blob([...pieces, file.slice(at)], { type: file.type });
}
