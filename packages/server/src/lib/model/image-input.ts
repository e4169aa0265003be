import { z } from "zod";
import { isImageReference } from "../generation/image-reference.js";

/**
 * A schema field for an uploaded image: its id, as `POST /inputs` returns it. Each submit checks that the image exists
 * and belongs to the owner. The provider reads it with `request.images`.
 *
 * @example
 * ```ts
 * defineModel({ provider, input: z.object({ prompt: z.string(), image: imageInput(), mask: imageInput().optional() }) });
 * ```
 */
export function imageInput(): z.ZodType<string, string> {
  return z
    .string()
    .refine(isImageReference, "Expected the id of an uploaded image: upload it first.")
    .meta({ description: "The id of an image that was uploaded to /inputs.", pattern: "^inp_[0-9a-f-]{36}$" });
}
