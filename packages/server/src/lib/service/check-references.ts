import type { Json } from "@safelight/client/contract";
import { imageMentionsIn, imageReferencePathsIn } from "../generation/image-reference.js";
import type { Caller } from "../model/define-model.js";
import { invalidInput, invalidInputs } from "./invalid-input.js";
import type { ServiceContext } from "./service-context.js";

/**
 * Checks that the uploaded pictures to which an input refers are not too many, are there and are the caller's, and has them
 * stay. One that is named twice counts twice: a vendor without access to a URL is sent it twice.
 *
 * @param input the parsed one, as it is kept for the provider.
 * @throws {ServiceError} invalid_input, with the path of the first that is too many, or of each that is not there.
 */
export async function checkReferences(
  { limits, store }: ServiceContext,
  { ownerId }: Caller,
  input: Json,
): Promise<void> {
  const mentions = imageMentionsIn(input);
  if (mentions.length === 0) return;
  const { maxInputImages: most } = limits;
  const beyond = mentions[most];
  if (beyond !== undefined) {
    const message = `An input may name at most ${most} uploaded pictures, and this one names ${mentions.length}.`;
    throw invalidInput(message, beyond.path);
  }
  const paths = imageReferencePathsIn(input);
  const known = new Set((await store.findInputs({ ownerId, ids: [...paths.keys()] })).map(({ id }) => id));
  const issues = [...paths].filter(([id]) => !known.has(id)).map(([, path]) => ({ message: gone, path }));
  if (issues.length > 0) throw invalidInputs(issues);
}

/** Nobody learns whether it was never there, is another owner's, or was forgotten. */
const gone = "This picture is not there, or not any more: upload it again.";
