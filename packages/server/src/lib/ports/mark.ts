import type { DigitalSourceType } from "@safelight/client/contract";

/** The facts about a file that a mark may state. They contain no prompt, owner or account. */
export interface MarkFacts {
  readonly digitalSourceType: DigitalSourceType;
  /** Name of the AI system: `provenance.system`, or the name of the model. */
  readonly system: string;
  readonly generationId: string;
  /** The host's name of the model. */
  readonly model: string;
  /** When the generation was submitted, in epoch milliseconds. The same for each repeat. */
  readonly createdAt: number;
  /** Index of the output in its generation, from 0. */
  readonly index: number;
  readonly part: "output" | "thumbnail";
  /** Type detected from the bytes, such as `image/png`. */
  readonly contentType: string;
}

/**
 * Returns the file with a machine-readable mark, before it is hashed and stored. May run more than once for a file,
 * because storing is repeated after a failure: return the same bytes for the same file and facts where possible. Files
 * with a C2PA manifest are not passed. If it throws, takes more than 30 seconds, or returns another type or size,
 * the file is stored without the mark.
 */
export type Mark = (file: Blob, facts: MarkFacts) => Blob | Promise<Blob>;

/** How a server marks files. */
export interface Marking {
  readonly mark: Mark;
  /** Name of the AI system; `null` for the name of each model. */
  readonly system: string | null;
}
