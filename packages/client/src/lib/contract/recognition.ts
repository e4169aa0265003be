/** The mark of a file: statements in its metadata about how it was made. Any program can write them; none is verified. */
export interface FileMark {
  /** A term of the IPTC vocabulary, such as `trainedAlgorithmicMedia`; another value in full; `null` for none. */
  readonly digitalSourceType: string | null;
  /** Name of the AI system; `null` for none. */
  readonly system: string | null;
  /** Creation time of the media as the file states it, usually ISO 8601; `null` for none. */
  readonly createdAt: string | null;
  /** Id of a generation, on this server or another one; `null` for none. */
  readonly generationId: string | null;
  /** Whether the file contains a C2PA manifest. */
  readonly c2pa: boolean;
}

/** Facts about a file of any origin. */
export interface FileFacts {
  /** Whether an output of this server has exactly these bytes, even if it has been deleted. */
  readonly madeHere: boolean;
  /** `null` without a mark, for a damaged file, and for a type that cannot hold a mark. */
  readonly mark: FileMark | null;
}

/** Response of `POST /recognize`. */
export interface RecognizeResponse {
  readonly file: FileFacts;
}
