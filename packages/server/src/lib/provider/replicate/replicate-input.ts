/**
 * What a model of Replicate takes: its own JSON, as the model's page says. These fields mean the same in most models that
 * have them; every other field is sent as it is. References to uploaded pictures, wherever they are, become addresses that
 * Replicate reads.
 *
 * @see https://replicate.com/explore (2026-11)
 */
export type ReplicateInput = ReplicateFields & object;

interface ReplicateFields {
  readonly prompt?: string | undefined;
  readonly negative_prompt?: string | undefined;
  readonly seed?: number | null | undefined;
  /** How many pictures, where a model makes several; the model's `outputs` must say the same. */
  readonly num_outputs?: number | undefined;
  /** Mostly such as `"16:9"`. */
  readonly aspect_ratio?: string | undefined;
  /** Mostly `"webp"`, `"jpg"` or `"png"`. */
  readonly output_format?: string | undefined;
}
