import { fromBase64Url, toBase64Url } from "../../bytes/base64-url.js";
import { isGenerationId } from "../../generation/generation-id.js";
import type { EntryIds } from "../../signing/entry-ids.js";
import { ServiceError } from "../errors/service-error.js";

/**
 * Encodes the last row of a page as an opaque cursor. A cursor needs no signature, because every query filters by owner.
 */
export function toHistoryCursor(id: string): string {
  return encode(`h1:${id}`);
}

/** @throws {ServiceError} invalid_input */
export function parseHistoryCursor(cursor: string): string {
  const id = decode(cursor, "h1:");
  if (id === null || !isGenerationId(id)) throw unknownCursor();
  return id;
}

/** As `toHistoryCursor`, for the ledger. */
export function toCreditsCursor(entryId: string): string {
  return encode(`c1:${entryId}`);
}

/** @throws {ServiceError} invalid_input */
export async function parseCreditsCursor(cursor: string, entryIds: EntryIds): Promise<number> {
  const entryId = await entryIds.decode(decode(cursor, "c1:") ?? "");
  if (entryId === null) throw unknownCursor();
  return entryId;
}

function encode(text: string): string {
  return toBase64Url(new TextEncoder().encode(text));
}

function decode(cursor: string, prefix: string): string | null {
  const bytes = fromBase64Url(cursor);
  if (bytes === null) return null;
  const text = new TextDecoder().decode(bytes);
  return text.startsWith(prefix) ? text.slice(prefix.length) : null;
}

function unknownCursor(): ServiceError {
  const message = "Invalid cursor: pass nextCursor of an earlier response.";
  return new ServiceError("invalid_input", message, { issues: [{ message, path: ["cursor"] }] });
}
