/** The statements of a file about its making, from its metadata. They are not verified: any program can write them. */
export interface FileMark {
  /** A term of the IPTC's vocabulary such as `trainedAlgorithmicMedia`, or the full text of another one; `null` for none. */
  readonly digitalSourceType: string | null;
  /** Name of the AI system; `null` for none. */
  readonly system: string | null;
  /** When the media was made, as the file states it; `null` for none. */
  readonly createdAt: string | null;
  /** The id of a generation, of this server or of another one; `null` for none. */
  readonly generationId: string | null;
  /** Whether the file contains a C2PA manifest. */
  readonly c2pa: boolean;
}

/** The facts of a file of any origin. */
export interface FileFacts {
  /** Whether an output of this server has exactly these bytes, also if it was deleted since. */
  readonly madeHere: boolean;
  /** `null` for a file without a mark, a damaged one, and a type that has no place for one. */
  readonly mark: FileMark | null;
}

/** Response of `POST /recognize`. */
export interface RecognizeResponse {
  readonly file: FileFacts;
}
