import type { UploadedInput } from "@safelight/client/contract";
import { blobFrom } from "../../bytes/blob-from.js";
import { formatBytes } from "../../bytes/format-bytes.js";
import { sha256OfBlob } from "../../bytes/sha256-of-blob.js";
import type { Caller } from "../../model/define-model.js";
import { lateBytesMs } from "../../ports/late-bytes.js";
import type { InputRecord } from "../../ports/store/input-store.js";
import { withinTime } from "../../process/within-time.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import { ownerErased, toErasureCheck } from "../owners/erasures.js";
import type { ServiceContext } from "../service-context.js";
import { uploadRateLimited } from "./check-upload-rate.js";
import { measureUpload } from "./measure-upload.js";

/** Time limit of `storage.put` for a file up to the size of an image, in milliseconds. */
const imagePutMs = 120_000;
/** Time limit of `storage.put` for any other file: that of a video's output, in milliseconds. */
export const maxPutMs = 600_000;
/** `Retry-After` of an upload that the storage has refused. */
const storageRetryMs = 5_000;

/** As `uploadInput`, for a file of the host whose hash is not known. */
export async function uploadFile(
  context: ServiceContext,
  { file, ...request }: { readonly caller: Caller; readonly erasurePosition: number; readonly file: Uint8Array | Blob },
): Promise<UploadedInput> {
  const body = file instanceof Uint8Array ? blobFrom(file) : file;
  return uploadInput(context, { ...request, body, sha256: await sha256OfBlob(body) });
}

/**
 * Stores a file that inputs of its owner can refer to. Detects the type from the bytes, not from the request.
 *
 * @throws {ServiceError} payload_too_large, unsupported_media_type, invalid_input, rate_limited; unavailable when the storage
 *   fails, or the owner was deleted before the upload was recorded; not_found when it was deleted after that
 */
export async function uploadInput(
  context: ServiceContext,
  request: {
    readonly caller: Caller;
    readonly erasurePosition: number;
    readonly body: Blob;
    /** SHA-256 of the body, in hexadecimal. */
    readonly sha256: string;
  },
): Promise<UploadedInput> {
  const { body, caller, erasurePosition, sha256 } = request;
  const { ids, limits, mediaUrls, store } = context;
  const { contentType, durationMs, height, kind, width } = await measureUpload(body, limits);
  const input: InputRecord = {
    id: ids.newInputId(),
    ownerId: caller.ownerId,
    storageKey: `${ids.newStoragePrefix()}/0-${sha256}`,
    contentType,
    byteLength: body.size,
    sha256,
    width,
    height,
    durationMs,
  };
  // The row first: after a crash it expires and its bytes are removed with it, so no bytes stay without a row.
  const verdict = await store.recordInput({
    ...input,
    rate: limits.uploads,
    maxOwnerBytes: limits.maxInputBytesPerOwner,
    erasures: await toErasureCheck(context, { ids: [caller.ownerId], after: erasurePosition }),
  });
  if (verdict.type === "owner_erased") throw ownerErased(context);
  if (verdict.type === "quota_exceeded") throw quotaExceeded(limits);
  if (verdict.type === "rate_limited") throw uploadRateLimited(verdict.retryAfterMs);
  await put(context, { record: input, body });
  await removeIfErased(context, input);
  const url = await mediaUrls.urlOf({ id: input.id, part: "input" });
  return { id: input.id, url, kind, contentType, width, height, durationMs };
}

function quotaExceeded({ maxInputBytesPerOwner }: ServiceContext["limits"]): ServiceError {
  const limit = formatBytes(maxInputBytesPerOwner ?? 0);
  const detail = `Your uploaded files may have at most ${limit} together: use one of them, or wait until unused ones expire.`;
  return new ServiceError("payload_too_large", detail);
}

/** A failed upload does not count toward the quota and the rate of its owner. */
async function put(
  { clock, limits, storage, store }: ServiceContext,
  { record: { contentType, id, sha256, storageKey }, body }: { readonly record: InputRecord; readonly body: Blob },
): Promise<void> {
  const limitMs = body.size <= limits.maxInputImageBytes ? imagePutMs : maxPutMs;
  try {
    await withinTime({ clock, limitMs, what: "Storing the file" }, (signal) =>
      storage.put(storageKey, body, { contentType, sha256, signal }),
    );
  } catch (cause) {
    // If the database fails too, the row stays until it expires.
    await store.dropInput({ id, delayMs: lateBytesMs }).catch(() => undefined);
    const message = "The storage could not store the file: send it again.";
    throw new ServiceError("unavailable", message, { cause, retryAfterMs: storageRetryMs });
  }
}

/** If the owner was deleted during `put`, these bytes arrived after the removal of the owner's bytes. */
async function removeIfErased({ storage, store }: ServiceContext, { id, storageKey }: InputRecord): Promise<void> {
  if ((await store.getInput({ id })) !== null) return;
  await storage.delete(storageKey);
  throw notFound();
}
