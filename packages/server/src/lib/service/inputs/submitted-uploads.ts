import type { Json } from "@safelight/client/contract";
import { formatBytes } from "../../bytes/format-bytes.js";
import { readBytes } from "../../bytes/read-bytes.js";
import { uploadReferencePathsIn } from "../../generation/upload-reference.js";
import type { InputRecord } from "../../ports/store/input-store.js";
import { invalidInput } from "../errors/invalid-input.js";
import { ServiceError } from "../errors/service-error.js";
import type { SubmittedUpload } from "../hooks.js";
import type { ServiceContext } from "../service-context.js";

/** Max bytes of a file that a hook reads into memory, unless it sets another limit: as for providers. */
const maxReadBytes = 67_108_864;

/**
 * The uploads of a submission for `beforeSubmit`, in the order of the input, each once. Nothing is read before the hook asks for it.
 *
 * @param options.files the caller's own files, as `checkReferences` returns them.
 * @param options.signal aborts the reads.
 */
export function submittedUploads(
  { storage }: Pick<ServiceContext, "storage">,
  {
    files,
    input,
    signal,
  }: { readonly files: readonly InputRecord[]; readonly input: Json; readonly signal: AbortSignal },
): readonly SubmittedUpload[] {
  const known = new Map(files.map((file) => [file.id, file]));
  return [...uploadReferencePathsIn(input)].flatMap(([reference, path]) => {
    const file = known.get(reference);
    if (file === undefined) return [];
    const { byteLength, contentType, storageKey } = file;
    const bytes: SubmittedUpload["bytes"] = async ({ maxBytes = maxReadBytes } = {}) => {
      if (byteLength > maxBytes) {
        const sizes = `${formatBytes(byteLength)}, more than the ${formatBytes(maxBytes)} of maxBytes`;
        throw new RangeError(`The upload ${reference} has ${sizes}.`);
      }
      const read = await readObject(storage, { key: storageKey, maxBytes: byteLength, signal });
      if (read === null) throw invalidInput("This upload has expired: upload it again.", path);
      return read;
    };
    return [{ reference, contentType, byteLength, bytes }];
  });
}

/** `null` if the object does not exist. @throws {ServiceError} unavailable, if the storage is */
async function readObject(
  storage: ServiceContext["storage"],
  { key, maxBytes, signal }: { readonly key: string; readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<Uint8Array | null> {
  try {
    const object = await storage.get(key, { signal });
    const bytes = object && (await readBytes(object.body, { maxBytes, signal }));
    // `readBytes` returns null for an aborted read, too.
    signal.throwIfAborted();
    return bytes;
  } catch (cause) {
    throw new ServiceError("unavailable", "The storage is unavailable.", { cause });
  }
}
