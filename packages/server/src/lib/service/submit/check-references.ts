import type { Json } from "@safelight/client/contract";
import { formatBytes } from "../../bytes/format-bytes.js";
import { imageMentionsIn, imageReferencePathsIn } from "../../generation/image-reference.js";
import type { Caller } from "../../model/define-model.js";
import type { InputRecord } from "../../ports/store/input-store.js";
import { invalidInput, invalidInputs } from "../errors/invalid-input.js";
import type { ServiceContext } from "../service-context.js";

/**
 * Checks the uploaded images that an input refers to: their number, their total size, that they exist and belong to the
 * caller. An image that is referenced twice counts twice: a vendor that cannot load URLs receives its bytes twice.
 *
 * @param options.input the parsed input, as it is stored for the provider.
 * @param options.notBefore the earliest start, in epoch milliseconds: the images must outlive it. `null` for now.
 * @param options.find returns the caller's images of these ids. Default: a read that extends their lifetime.
 * @throws {ServiceError} invalid_input, with the path of the first reference above a limit, or of each missing image.
 */
export async function checkReferences(
  { clock, limits, store }: ServiceContext,
  {
    caller: { ownerId },
    input,
    notBefore = null,
    find = (ids) =>
      store.touchInputs({ ownerId, ids, usedInMs: notBefore === null ? 0 : Math.max(notBefore - clock.now(), 0) }),
  }: {
    readonly caller: Caller;
    readonly input: Json;
    readonly notBefore?: number | null;
    readonly find?: (ids: readonly string[]) => Promise<readonly InputRecord[]>;
  },
): Promise<void> {
  const mentions = imageMentionsIn(input);
  if (mentions.length === 0) return;
  const { maxInputImages: maxImages } = limits;
  const beyond = mentions[maxImages];
  if (beyond !== undefined) {
    const message = `An input may refer to at most ${maxImages} uploaded images; this one refers to ${mentions.length}.`;
    throw invalidInput(message, beyond.path);
  }
  const paths = imageReferencePathsIn(input);
  const found = await find([...paths.keys()]);
  const known = new Map(found.map(({ byteLength, id }) => [id, byteLength]));
  const issues = [...paths].filter(([id]) => !known.has(id)).map(([, path]) => ({ message: missing, path }));
  if (issues.length > 0) throw invalidInputs(issues);
  const maxTotalBytes = limits.maxInputImageBytes * maxFullSizeImages;
  let bytes = 0;
  for (const { path, reference } of mentions) {
    bytes += known.get(reference) ?? 0;
    if (bytes > maxTotalBytes)
      throw invalidInput(`${tooLarge} ${formatBytes(maxTotalBytes)}: use smaller images.`, path);
  }
}

/** Total size of the images of one input, in images of the max size. The provider request is in memory twice while sent. */
const maxFullSizeImages = 2;
const tooLarge = "The uploaded images of an input may have a total size of at most";

/** One message for unknown, another owner's and expired images, so that it does not reveal which. */
const missing = "This image does not exist, or has expired: upload it again.";
