import { isUploadReference, uploadReferencesIn } from "../../../generation/upload-reference.js";

/**
 * Replaces every reference to an uploaded file in an input, at any depth.
 *
 * @param replacementOf called once for each file, one after the other. Its errors propagate.
 */
export async function replaceReferences(
  input: unknown,
  replacementOf: (reference: string) => Promise<unknown>,
): Promise<unknown> {
  const replacements = new Map<string, unknown>();
  for (const reference of uploadReferencesIn(input)) replacements.set(reference, await replacementOf(reference));
  return replaced(input, replacements);
}

function replaced(input: unknown, replacements: ReadonlyMap<string, unknown>): unknown {
  if (isUploadReference(input)) return replacements.get(input);
  if (Array.isArray(input)) return input.map((part) => replaced(part, replacements));
  if (typeof input !== "object" || input === null) return input;
  return Object.fromEntries(Object.entries(input).map(([name, part]) => [name, replaced(part, replacements)]));
}
