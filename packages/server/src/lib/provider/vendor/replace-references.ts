import { isImageReference } from "../../generation/image-reference.js";

/**
 * An input with every reference to an uploaded picture, wherever it is, replaced by what a vendor can read.
 *
 * @throws what `how` throws.
 */
export async function replaceReferences(
  input: unknown,
  how: (reference: string) => Promise<unknown>,
): Promise<unknown> {
  if (isImageReference(input)) return how(input);
  if (Array.isArray(input)) return Promise.all(input.map((part) => replaceReferences(part, how)));
  if (typeof input !== "object" || input === null) return input;
  const fields = Object.entries(input).map(async ([name, part]) => [name, await replaceReferences(part, how)] as const);
  return Object.fromEntries(await Promise.all(fields));
}
