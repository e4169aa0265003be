import { z } from "zod";
import { isImageReference } from "../generation/image-reference.js";

/**
 * A field that takes an uploaded picture: its id, as `POST /inputs` answers it. Whether it is there, and the owner's, is
 * checked at each submit; the provider reads it with `request.images`.
 *
 * @example
 * ```ts
 * defineModel({ provider, input: z.object({ prompt: z.string(), image: imageInput(), mask: imageInput().optional() }) });
 * ```
 */
export function imageInput(): z.ZodType<string, string> {
  return z
    .string()
    .refine(isImageReference, "The id of an uploaded picture is expected: upload it first.")
    .meta({ description: "The id of a picture that was uploaded to /inputs.", pattern: "^inp_[0-9a-f-]{36}$" });
}
