/**
 * Input of a Replicate model: its own JSON, as documented on the model's page. The fields below mean the same in most
 * models that have them. Other fields are sent unchanged. References to uploaded files, at any depth, become URLs that
 * Replicate can read.
 *
 * @see https://replicate.com/explore (2026-11)
 */
export type ReplicateInput = ReplicateFields & object;

interface ReplicateFields {
  readonly prompt?: string | undefined;
  readonly negative_prompt?: string | undefined;
  readonly seed?: number | null | undefined;
  /** Number of images, for models that make several; the model's `outputs` must be the same. */
  readonly num_outputs?: number | undefined;
  /** Usually a value such as `"16:9"`. */
  readonly aspect_ratio?: string | undefined;
  /** Usually `"webp"`, `"jpg"` or `"png"`. */
  readonly output_format?: string | undefined;
}
