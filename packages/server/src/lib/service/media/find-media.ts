import { sha256Hex } from "../../bytes/sha256-hex.js";
import type { Caller } from "../../model/define-model.js";
import type { MediaTarget } from "../../signing/media-urls.js";
import { notFound } from "../errors/not-found.js";
import { readGeneration } from "../read/read-generation.js";
import type { ServiceContext } from "../service-context.js";

/** Stored bytes that the caller may read. */
export interface FoundMedia {
  readonly storageKey: string;
  readonly contentType: string;
  /** `null` for a preview, whose size is not recorded. */
  readonly byteLength: number | null;
  /** Identifies the bytes, for `ETag`. */
  readonly hash: string;
}

/** The stored fields of an output, its thumbnail, a preview or an upload. */
interface MediaRecord {
  readonly storageKey: string;
  readonly contentType: string;
  readonly byteLength?: number;
  readonly sha256?: string;
  readonly thumbnail?: MediaRecord | null;
}

/**
 * Finds the bytes of a target, for a caller or for the holder of a signed URL.
 *
 * @param options.caller `null` if the signature of the URL was verified.
 * @throws {ServiceError} not_found
 */
export async function findMedia(
  context: ServiceContext,
  { target, caller }: { readonly target: MediaTarget; readonly caller: Caller | null },
): Promise<FoundMedia> {
  const original =
    caller === null ? await findByTarget(context, target) : await findOfCaller(context, { target, caller });
  const record = target.variant === undefined ? original : (original?.[target.variant] ?? null);
  if (record === null) throw notFound();
  const { storageKey, contentType, byteLength = null, sha256 } = record;
  // Without a stored hash, the storage key identifies the bytes: no key is reused. It is hashed, because it is secret.
  return {
    storageKey,
    contentType,
    byteLength,
    hash: sha256 ?? (await sha256Hex(new TextEncoder().encode(storageKey))),
  };
}

function findByTarget({ store }: ServiceContext, { id, part }: MediaTarget): Promise<MediaRecord | null> {
  if (part === "input") return store.getInput({ id });
  return part === "preview" ? store.getPreview({ id }) : store.getOutput({ id, index: part });
}

async function findOfCaller(
  context: ServiceContext,
  { target: { id, part }, caller }: { readonly target: MediaTarget; readonly caller: Caller },
): Promise<MediaRecord | null> {
  if (part === "input") {
    const input = await context.store.getInput({ id });
    return input?.ownerId === caller.ownerId ? input : null;
  }
  const { preview, outputs } = await readGeneration(context, { caller, id });
  if (part === "preview") return preview;
  return outputs.find((output) => output.index === part) ?? null;
}
