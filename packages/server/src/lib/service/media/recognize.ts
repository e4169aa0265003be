import type { FileFacts } from "@safelight/client/contract";
import { sha256Hex } from "../../bytes/sha256-hex.js";
import { isGenerationId } from "../../generation/generation-id.js";
import { readMark } from "../../provenance/read-mark.js";
import type { ServiceContext } from "../service-context.js";

/** The generation that made a file. */
export interface Recognition {
  readonly generationId: string;
  /** The host's name of the model. */
  readonly model: string;
  /** When the generation was submitted, in ISO 8601. */
  readonly createdAt: string;
  /** When the generation was deleted, in ISO 8601; `null` if it was not. */
  readonly deletedAt: string | null;
}

/** Finds the oldest generation with an output of exactly these bytes; `null` if there is none. */
export async function recognize(
  { store }: Pick<ServiceContext, "store">,
  bytes: Uint8Array,
): Promise<Recognition | null> {
  const [oldest] = await store.findOutputsBySha256(await sha256Hex(bytes));
  if (oldest === undefined) return null;
  const { createdAt, deletedAt, generationId, model } = oldest;
  return {
    generationId,
    model,
    createdAt: new Date(createdAt).toISOString(),
    deletedAt: deletedAt === null ? null : new Date(deletedAt).toISOString(),
  };
}

/**
 * Describes a file to a caller who may be anonymous: whether it was made here, and what its mark states. Does not reveal the owner
 * or the model of its generation, or whether it was deleted.
 */
export async function describeFile(
  { store }: Pick<ServiceContext, "store">,
  { body, sha256 }: { readonly body: Blob; readonly sha256: string },
): Promise<FileFacts> {
  const [outputs, stated] = await Promise.all([store.findOutputsBySha256(sha256), readMark(body)]);
  if (stated === null) return { madeHere: outputs.length > 0, mark: null };
  const { documentId, ...mark } = stated;
  // Other programs write ids of their own.
  const generationId = documentId !== null && isGenerationId(documentId) ? documentId : null;
  return { madeHere: outputs.length > 0, mark: { ...mark, generationId } };
}
