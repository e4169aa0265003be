import type { Json } from "@safelight/client/contract";
import { formatBytes } from "../../bytes/format-bytes.js";
import { imageMentionsIn, imageReferencePathsIn } from "../../generation/image-reference.js";
import type { Caller } from "../../model/define-model.js";
import { invalidInput, invalidInputs } from "../errors/invalid-input.js";
import type { ServiceContext } from "../service-context.js";

/**
 * Checks that the uploaded pictures to which an input refers are not too many, are there and are the caller's, are not too
 * large together, and has them stay. One that is named twice counts twice: a vendor without access to a URL is sent it twice.
 *
 * @param input the parsed one, as it is kept for the provider.
 * @throws {ServiceError} invalid_input, with the path of the first that is too many or too much, or of each that is not there.
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
  const found = await store.findInputs({ ownerId, ids: [...paths.keys()] });
  const known = new Map(found.map(({ byteLength, id }) => [id, byteLength]));
  const issues = [...paths].filter(([id]) => !known.has(id)).map(([, path]) => ({ message: gone, path }));
  if (issues.length > 0) throw invalidInputs(issues);
  const maxTotalBytes = limits.maxInputImageBytes * maxFullSizeImages;
  let bytes = 0;
  for (const { path, reference } of mentions) {
    bytes += known.get(reference) ?? 0;
    if (bytes > maxTotalBytes)
      throw invalidInput(`${tooLarge} ${formatBytes(maxTotalBytes)}: make them smaller.`, path);
  }
}

/** How many of the largest picture there may be in one input: its request is in memory twice while it is sent. */
const maxFullSizeImages = 2;
const tooLarge = "The uploaded pictures that an input names may together have at most";

/** Nobody learns whether it was never there, is another owner's, or was forgotten. */
const gone = "This picture is not there, or not any more: upload it again.";
