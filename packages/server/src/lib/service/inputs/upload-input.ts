import type { UploadedInput } from "@safelight/client/contract";
import { blobFrom } from "../../bytes/blob-from.js";
import { formatBytes } from "../../bytes/format-bytes.js";
import { sha256Hex } from "../../bytes/sha256-hex.js";
import { measureMedia, sniffContentType } from "../../media/measure-media.js";
import type { Caller } from "../../model/define-model.js";
import type { InputRecord } from "../../ports/store/input-store.js";
import { withinTime } from "../../process/within-time.js";
import { invalidInput } from "../errors/invalid-input.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import { ownerErased, toErasureCheck } from "../owners/erasures.js";
import type { ServiceContext } from "../service-context.js";
import { uploadRateLimited } from "./check-upload-rate.js";

/** Max width and height, in pixels. Few vendors and decoders accept more. */
const maxSidePixels = 16_384;
/** Time limit of `storage.put`, in milliseconds. */
export const putLimitMs = 120_000;
/** Delay until the bytes of a failed `put` are deleted, in milliseconds: it may still store them. */
const lateBytesMs = 10 * 60_000;
/** `Retry-After` of an upload that the storage has refused. */
const storageRetryMs = 5_000;

/**
 * Stores an image that inputs of its owner can refer to. Detects the type from the bytes, not from the request.
 *
 * @throws {ServiceError} payload_too_large, unsupported_media_type, invalid_input, rate_limited; unavailable when the storage
 *   fails, or the owner was deleted before the upload was recorded; not_found when it was deleted after that
 */
export async function uploadInput(
  context: ServiceContext,
  request: { readonly caller: Caller; readonly erasurePosition: number; readonly bytes: Uint8Array },
): Promise<UploadedInput> {
  const { caller, erasurePosition, bytes } = request;
  const { ids, limits, mediaUrls, store } = context;
  const { contentType, width, height } = measure(bytes, limits);
  const sha256 = await sha256Hex(bytes);
  const input: InputRecord = {
    id: ids.newInputId(),
    ownerId: caller.ownerId,
    storageKey: `${ids.newStoragePrefix()}/0-${sha256}`,
    contentType,
    byteLength: bytes.byteLength,
    sha256,
    width,
    height,
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
  await put(context, { record: input, bytes });
  await removeIfErased(context, input);
  const url = await mediaUrls.urlOf({ id: input.id, part: "input" });
  return { id: input.id, url, contentType, width, height };
}

function measure(
  bytes: Uint8Array,
  { maxInputImageBytes, maxInputImagePixels }: ServiceContext["limits"],
): Pick<InputRecord, "contentType" | "width" | "height"> {
  if (bytes.byteLength > maxInputImageBytes) {
    throw new ServiceError(
      "payload_too_large",
      `The image is larger than ${formatBytes(maxInputImageBytes)}: use a smaller one.`,
    );
  }
  if (bytes.byteLength === 0) throw invalidInput("The image is empty.", ["file"]);
  if (sniffContentType(bytes) === null) {
    throw new ServiceError("unsupported_media_type", "Send an image: PNG, JPEG, WebP, GIF or AVIF.");
  }
  const measured = measureMedia(bytes);
  if (measured === null) throw invalidInput("The image is corrupt: save it again in an image editor.", ["file"]);
  const { width, height } = measured;
  if (width > maxSidePixels || height > maxSidePixels || width * height > maxInputImagePixels) {
    const limit = `at most ${maxSidePixels} per side and ${maxInputImagePixels} in total are allowed`;
    throw invalidInput(`The image has ${width} × ${height} pixels; ${limit}. Use a smaller one.`, ["file"]);
  }
  return measured;
}

function quotaExceeded({ maxInputBytesPerOwner }: ServiceContext["limits"]): ServiceError {
  const limit = formatBytes(maxInputBytesPerOwner ?? 0);
  const detail = `Your uploaded images may have at most ${limit} together: use one of them, or wait until unused ones expire.`;
  return new ServiceError("payload_too_large", detail);
}

/** A failed upload does not count toward the quota and the rate of its owner. */
async function put(
  { clock, storage, store }: ServiceContext,
  {
    record: { contentType, id, sha256, storageKey },
    bytes,
  }: { readonly record: InputRecord; readonly bytes: Uint8Array },
): Promise<void> {
  try {
    await withinTime({ clock, limitMs: putLimitMs, what: "Storing the image" }, (signal) =>
      storage.put(storageKey, blobFrom(bytes), { contentType, sha256, signal }),
    );
  } catch (cause) {
    // If the database fails too, the row stays until it expires.
    await store.dropInput({ id, delayMs: lateBytesMs }).catch(() => undefined);
    const message = "The storage could not store the image: send it again.";
    throw new ServiceError("unavailable", message, { cause, retryAfterMs: storageRetryMs });
  }
}

/** If the owner was deleted during `put`, these bytes arrived after the removal of the owner's bytes. */
async function removeIfErased({ storage, store }: ServiceContext, { id, storageKey }: InputRecord): Promise<void> {
  if ((await store.getInput({ id })) !== null) return;
  await storage.delete(storageKey);
  throw notFound();
}
