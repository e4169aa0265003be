const marker = Symbol.for("safelight.InputFileUnavailable");

/** An uploaded file in the form that a vendor receives. */
export interface InputFile {
  readonly bytes: Uint8Array;
  /** Detected from the bytes, such as `"image/png"` or `"video/mp4"`. */
  readonly contentType: string;
}

/** The uploaded images, videos and audio files of one generation, by the references in its input. */
export interface InputFiles {
  /**
   * Reads the bytes of a file. Returns the same array each time within an attempt: do not modify it.
   *
   * @param options.maxBytes a larger file is not read. @default 67_108_864
   * @throws {InputFileUnavailable} if the file was deleted, cannot be read, or is larger than `maxBytes`. Let the error propagate:
   *   nothing was paid yet.
   */
  read(reference: string, options?: { readonly maxBytes?: number }): Promise<InputFile>;
  /**
   * Returns a URL from which a vendor can read the file for an hour. `null` if the host has neither a `publicUrl` nor
   * a storage that signs URLs. Also `null` if no vendor can reach the URL: it uses `http:`, or a local host such as
   * `localhost` or `192.168.1.2`. Send the bytes then.
   *
   * @throws {InputFileUnavailable} as `read` does.
   */
  urlOf(reference: string): Promise<string | null>;
}

/**
 * An uploaded file of the input was deleted, cannot be read, or is too large to be sent. Nothing was sent to the vendor, and the
 * request must not be sent.
 */
export class InputFileUnavailable extends Error {
  readonly [marker] = true;
  override readonly name = "InputFileUnavailable";

  /** @param options.problem completes the sentence "The uploaded file …". @default "is not available" */
  constructor(reference: string, options: { readonly cause?: unknown; readonly problem?: string } = {}) {
    const { problem = "is not available", ...rest } = options;
    super(`The uploaded file ${reference} ${problem}. Nothing was sent to the vendor.`, rest);
  }

  /** Recognizes the error across copies of the package. */
  static isInstance(error: unknown): error is InputFileUnavailable {
    return typeof error === "object" && error !== null && marker in error;
  }
}
