const marker = Symbol.for("safelight.InputImageMissing");

/** An uploaded picture, as a vendor is given it. */
export interface InputImage {
  readonly bytes: Uint8Array;
  /** Found in the bytes, such as `"image/png"`. */
  readonly contentType: string;
}

/** The uploaded pictures of one generation, by the references in its input. */
export interface InputImages {
  /**
   * The bytes of a picture: the same array each time in one attempt, so leave it as it is.
   *
   * @throws {InputImageMissing} when it is not to be had any more. Let it pass through: nothing was paid yet.
   */
  read(reference: string): Promise<InputImage>;
  /**
   * A URL from which a vendor may read the picture for an hour. `null` where the host has neither a `publicUrl` nor a
   * storage that signs URLs, and where the URL is one that no vendor can reach: by `http:`, or at a local host such as
   * `localhost` or `192.168.1.2`. Then send the bytes.
   *
   * @throws {InputImageMissing} as `read` does.
   */
  urlOf(reference: string): Promise<string | null>;
}

/** A picture that an input refers to is gone: nothing was sent to the vendor, and nothing is to be. */
export class InputImageMissing extends Error {
  readonly [marker] = true;
  override readonly name = "InputImageMissing";

  constructor(reference: string, options: { readonly cause?: unknown } = {}) {
    super(`The uploaded picture ${reference} is not there any more.`, options);
  }

  /** Recognises the error across copies of the package. */
  static isInstance(error: unknown): error is InputImageMissing {
    return typeof error === "object" && error !== null && marker in error;
  }
}
