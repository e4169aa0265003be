import { isUploadReference, uploadReferencesIn } from "../../../generation/upload-reference.js";

/**
 * Replaces every reference to an uploaded image in an input, at any depth. `how` runs once per image, one after the
 * other.
 *
 * @throws the errors of `how`.
 */
export async function replaceReferences(
  input: unknown,
  how: (reference: string) => Promise<unknown>,
): Promise<unknown> {
  const replacements = new Map<string, unknown>();
  for (const reference of uploadReferencesIn(input)) replacements.set(reference, await how(reference));
  return replaced(input, replacements);
}

function replaced(input: unknown, replacements: ReadonlyMap<string, unknown>): unknown {
  if (isUploadReference(input)) return replacements.get(input);
  if (Array.isArray(input)) return input.map((part) => replaced(part, replacements));
  if (typeof input !== "object" || input === null) return input;
  return Object.fromEntries(Object.entries(input).map(([name, part]) => [name, replaced(part, replacements)]));
}
