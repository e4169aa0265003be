import type { Json, JsonObject } from "@safelight/client/contract";

/** An output that the host checks before it is stored. */
export interface CheckedOutput {
  readonly generation: {
    readonly id: string;
    readonly ownerId: string;
    readonly accountId: string;
    readonly model: string;
    /** The input as it was sent. */
    readonly input: Json;
    readonly scope: string | null;
    readonly metadata: JsonObject | null;
  };
  /** Index of the output in its generation, from 0. */
  readonly index: number;
  /** Type detected from the bytes, such as `image/png`. */
  readonly contentType: string;
  /** Safety flags of the vendor; `null` if it reported none. */
  readonly flags: readonly string[] | null;
  /** The file as it would be stored. Each call reads it again. */
  readonly bytes: () => Promise<Uint8Array>;
  /**
   * A WebP of at most 512 × 512 pixels: of the image, or of the poster of a video or audio file. `null` without `sharp`, without
   * a poster, and for an image that `sharp` cannot read.
   */
  readonly thumbnail: () => Promise<Uint8Array | null>;
}

/** The reason why an output is withheld. */
export interface Withholding {
  readonly withhold: true;
  /** For your log, and in the attempt of the generation, up to about 500 characters. Owners do not see it. */
  readonly reason: string;
}

/**
 * Checks an output. Called at least once for each output, before any of its bytes is stored. A withheld output is a
 * missing one: its share of the price is refunded. If all outputs are withheld, the generation fails with
 * `content_rejected`.
 *
 * @returns `undefined` to deliver the output.
 */
export type CheckOutput = (output: CheckedOutput) => Withholding | undefined | Promise<Withholding | undefined>;

/** The check of a server's outputs. */
export interface OutputCheck {
  readonly check: CheckOutput;
  /** The result once the check has failed until the end of the grace. */
  readonly onError: "withhold" | "deliver";
}
