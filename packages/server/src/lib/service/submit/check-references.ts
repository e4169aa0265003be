import type { Json } from "@safelight/client/contract";
import { formatBytes } from "../../bytes/format-bytes.js";
import { kindNouns } from "../../generation/kind-nouns.js";
import { type UploadMention, uploadMentionsIn, uploadReferencePathsIn } from "../../generation/upload-reference.js";
import { uploadKindOf } from "../../generation/upload-rule.js";
import type { Caller } from "../../model/define-model.js";
import type { InputRecord } from "../../ports/store/input-store.js";
import { invalidInput, invalidInputs } from "../errors/invalid-input.js";
import { maxFileBytes } from "../inputs/upload-limits.js";
import type { ServiceContext } from "../service-context.js";

/**
 * Checks the uploads that an input refers to: their number, their total size, that they exist and belong to the
 * caller. A file that is referenced twice counts twice: a vendor that cannot load URLs receives its bytes twice.
 *
 * @param options.input the parsed input, as it is stored for the provider.
 * @param options.notBefore the earliest start, in epoch milliseconds: the files must outlive it. `null` for now.
 * @param options.find returns the caller's files of these ids. Default: a read that extends their lifetime.
 * @returns the files, in any order.
 * @throws {ServiceError} invalid_input, with the path of the first reference above a limit, or of each missing file.
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
): Promise<readonly InputRecord[]> {
  const mentions = uploadMentionsIn(input);
  if (mentions.length === 0) return [];
  checkReferenceCount(
    mentions.map(({ path }) => path),
    limits,
  );
  const paths = uploadReferencePathsIn(input);
  const found = await find([...paths.keys()]);
  const known = new Map(found.map((file) => [file.id, file]));
  const issues = [...paths].filter(([id]) => !known.has(id)).map(([, path]) => ({ message: missing, path }));
  if (issues.length > 0) throw invalidInputs(issues);
  const bytes = { image: 0, video: 0, audio: 0 };
  for (const { path, reference } of mentions) {
    const file = known.get(reference);
    if (file === undefined) continue;
    const kind = uploadKindOf(file.contentType);
    bytes[kind] += file.byteLength;
    const maxTotalBytes = maxFileBytes(kind, limits) * maxFullSizeFiles;
    // The host may have refused the kind since the upload.
    if (maxTotalBytes > 0 && bytes[kind] > maxTotalBytes) {
      const limit = `may have a total size of at most ${formatBytes(maxTotalBytes)}`;
      throw invalidInput(`The uploaded ${kindNouns[kind]}s of an input ${limit}: use smaller files.`, path);
    }
  }
  return found;
}

/** @throws {ServiceError} invalid_input, with the path of the first reference above the limit. */
export function checkReferenceCount(
  paths: readonly UploadMention["path"][],
  { maxInputFiles }: Pick<ServiceContext["limits"], "maxInputFiles">,
): void {
  const beyond = paths[maxInputFiles];
  if (beyond === undefined) return;
  const message = `An input may refer to at most ${maxInputFiles} uploaded files; this one refers to ${paths.length}.`;
  throw invalidInput(message, beyond);
}

/** Total size of the files of one kind, in files of the max size. The provider request is in memory twice while sent. */
const maxFullSizeFiles = 2;

/** One message for unknown, another owner's and expired files, so that it does not reveal which. */
const missing = "This upload does not exist, or has expired: upload it again.";
