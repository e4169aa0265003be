const marker = Symbol.for("safelight.InputImageUnavailable");

/** An uploaded image in the form that a vendor receives. */
export interface InputImage {
  readonly bytes: Uint8Array;
  /** Detected from the bytes, such as `"image/png"`. */
  readonly contentType: string;
}

/** The uploaded images of one generation, by the references in its input. */
export interface InputImages {
  /**
   * Reads the bytes of an image. Returns the same array each time within an attempt: do not modify it.
   *
   * @throws {InputImageUnavailable} if the image was deleted or cannot be read. Let the error propagate: nothing was paid yet.
   */
  read(reference: string): Promise<InputImage>;
  /**
   * Returns a URL from which a vendor can read the image for an hour. `null` if the host has neither a `publicUrl` nor
   * a storage that signs URLs. Also `null` if no vendor can reach the URL: it uses `http:`, or a local host such as
   * `localhost` or `192.168.1.2`. Send the bytes then.
   *
   * @throws {InputImageUnavailable} as `read` does.
   */
  urlOf(reference: string): Promise<string | null>;
}

/**
 * An uploaded image of the input was deleted or cannot be read. Nothing was sent to the vendor, and the request must not be sent.
 */
export class InputImageUnavailable extends Error {
  readonly [marker] = true;
  override readonly name = "InputImageUnavailable";

  constructor(reference: string, options: { readonly cause?: unknown } = {}) {
    super(`The uploaded image ${reference} is not available. Nothing was sent to the vendor.`, options);
  }

  /** Recognizes the error across copies of the package. */
  static isInstance(error: unknown): error is InputImageUnavailable {
    return typeof error === "object" && error !== null && marker in error;
  }
}
