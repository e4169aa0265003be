import { sha256Hex } from "../../bytes/sha256-hex.js";
import type { Caller } from "../../model/define-model.js";
import type { MediaTarget } from "../../signing/media-urls.js";
import { notFound } from "../errors/not-found.js";
import { readGeneration } from "../read/read-generation.js";
import type { ServiceContext } from "../service-context.js";

/** Stored bytes that may be shown. */
export interface FoundMedia {
  readonly storageKey: string;
  readonly contentType: string;
  /** `null` for a preview: nobody counted. */
  readonly byteLength: number | null;
  /** Names the bytes: the same hash, the same bytes. */
  readonly hash: string;
}

/** What is kept of an output, its thumbnail, a preview or an uploaded picture. */
interface MediaRecord {
  readonly storageKey: string;
  readonly contentType: string;
  readonly byteLength?: number;
  readonly sha256?: string;
  readonly thumbnail?: MediaRecord | null;
}

/**
 * Finds the bytes of a target, for a caller or for whoever holds a verified URL.
 *
 * @param caller `null` when the URL's signature has decided already.
 * @throws {ServiceError} not_found
 */
export async function findMedia(
  context: ServiceContext,
  target: MediaTarget,
  caller: Caller | null,
): Promise<FoundMedia> {
  const whole = caller === null ? await findByTarget(context, target) : await findOfCaller(context, target, caller);
  const record = target.variant === undefined ? whole : (whole?.[target.variant] ?? null);
  if (record === null) throw notFound();
  const { storageKey, contentType, byteLength = null, sha256 } = record;
  // A storage key always carries the same bytes, so that it stands for them where no hash was kept. Itself it is secret.
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
  { id, part }: MediaTarget,
  caller: Caller,
): Promise<MediaRecord | null> {
  if (part === "input") {
    const input = await context.store.getInput({ id });
    return input?.ownerId === caller.ownerId ? input : null;
  }
  const { preview, outputs } = await readGeneration(context, caller, id);
  if (part === "preview") return preview;
  return outputs.find((output) => output.index === part) ?? null;
}
