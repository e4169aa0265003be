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
import type { ServiceContext } from "../service-context.js";
import { uploadsUsedUp } from "./check-upload-rate.js";

/** In pixels. What is longer, hardly a vendor or a decoder takes. */
const maxSidePixels = 16_384;
/** A storage that hangs is not waited for any longer. */
export const putLimitMs = 120_000;

/**
 * Keeps a picture, for inputs of its owner to refer to. What the sender calls it counts for nothing.
 *
 * @throws {ServiceError} payload_too_large, unsupported_media_type, invalid_input, rate_limited; not_found when the owner was
 *   deleted meanwhile
 */
export async function uploadInput(context: ServiceContext, caller: Caller, bytes: Uint8Array): Promise<UploadedInput> {
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
  // The row first: whatever dies before the answer is forgotten with it, and no bytes stay that nobody knows of.
  const verdict = await store.recordInput({ ...input, rate: limits.uploads });
  if (verdict.type === "rate_limited") throw uploadsUsedUp(verdict.retryAfterMs);
  await put(context, input, bytes);
  await removeIfForgotten(context, input);
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
      `At most ${formatBytes(maxInputImageBytes)}: make the picture smaller.`,
    );
  }
  if (bytes.byteLength === 0) throw invalidInput("The picture is empty.", ["file"]);
  if (sniffContentType(bytes) === null) {
    throw new ServiceError("unsupported_media_type", "Send a picture: PNG, JPEG, WebP, GIF or AVIF.");
  }
  const measured = measureMedia(bytes);
  if (measured === null) throw invalidInput("The picture is damaged: save it anew.", ["file"]);
  const { width, height } = measured;
  if (width > maxSidePixels || height > maxSidePixels || width * height > maxInputImagePixels) {
    const most = `at most ${maxSidePixels} on a side, and ${maxInputImagePixels} in all`;
    throw invalidInput(`The picture has ${width} × ${height} pixels, and ${most}, are taken: make it smaller.`, [
      "file",
    ]);
  }
  return measured;
}

async function put(
  { clock, storage }: ServiceContext,
  { contentType, sha256, storageKey }: InputRecord,
  bytes: Uint8Array,
): Promise<void> {
  await withinTime(clock, { limitMs: putLimitMs, what: "Storing the image" }, (signal) =>
    storage.put(storageKey, blobFrom(bytes), { contentType, sha256, signal }),
  );
}

/** Where the owner was deleted while the bytes were on their way, they came after those that were removed. */
async function removeIfForgotten({ storage, store }: ServiceContext, { id, storageKey }: InputRecord): Promise<void> {
  if ((await store.getInput({ id })) !== null) return;
  await storage.delete(storageKey);
  throw notFound();
}
