import { sha256Hex } from "../../bytes/sha256-hex.js";
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
