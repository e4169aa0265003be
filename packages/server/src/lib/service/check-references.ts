import type { Json } from "@safelight/client/contract";
import { imageReferencePathsIn } from "../generation/image-reference.js";
import type { Caller } from "../model/define-model.js";
import { invalidInputs } from "./invalid-input.js";
import type { ServiceContext } from "./service-context.js";

/**
 * Checks that the uploaded pictures to which an input refers are there and the caller's, and has them stay.
 *
 * @param input the parsed one, as it is kept for the provider.
 * @throws {ServiceError} invalid_input, with the path of each that is not.
 */
export async function checkReferences({ store }: ServiceContext, { ownerId }: Caller, input: Json): Promise<void> {
  const paths = imageReferencePathsIn(input);
  if (paths.size === 0) return;
  const known = new Set((await store.findInputs({ ownerId, ids: [...paths.keys()] })).map(({ id }) => id));
  const issues = [...paths].filter(([id]) => !known.has(id)).map(([, path]) => ({ message: gone, path }));
  if (issues.length > 0) throw invalidInputs(issues);
}

/** Nobody learns whether it was never there, is another owner's, or was forgotten. */
const gone = "This picture is not there, or not any more: upload it again.";
