/** The properties of an uploaded file, as the server detected them. */
export interface UploadFacts {
  readonly contentType: string;
  readonly byteLength: number;
  /** In pixels; `null` for audio, and for a video that does not state it. */
  readonly width: number | null;
  readonly height: number | null;
  /** In milliseconds; `null` for images, and for a file that does not state it. */
  readonly durationMs: number | null;
}

interface KnownUpload {
  readonly facts: UploadFacts;
  uses: number;
}

/** The uploads of the inputs that are being validated in this process. The facts of an upload never change. */
const known = new Map<string, KnownUpload>();

/**
 * Runs the validation of an input, during which a field of its schema can read the facts of the uploads that the input
 * refers to. A schema of any library receives only the reference, so they cannot be passed to it.
 */
export async function withUploadFacts<Result>(
  uploads: readonly (UploadFacts & { readonly id: string })[],
  validate: () => Promise<Result>,
): Promise<Result> {
  for (const { id, ...facts } of uploads) {
    const entry = known.get(id) ?? { facts, uses: 0 };
    entry.uses += 1;
    known.set(id, entry);
  }
  try {
    return await validate();
  } finally {
    for (const { id } of uploads) {
      const entry = known.get(id);
      if (entry !== undefined && --entry.uses === 0) known.delete(id);
    }
  }
}

/** The facts of a reference in the input that is being validated; `null` outside of the server, as in a browser. */
export function uploadFactsOf(reference: string): UploadFacts | null {
  return known.get(reference)?.facts ?? null;
}
