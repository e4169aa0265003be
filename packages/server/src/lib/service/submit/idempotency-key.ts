import { concatBytes } from "../../bytes/concat-bytes.js";
import { sha256Hex } from "../../bytes/sha256-hex.js";
import type { IdempotencyKey } from "../../ports/store/submit-commands.js";
import { invalidInput } from "../errors/invalid-input.js";
import { ServiceError } from "../errors/service-error.js";

/** The error for a key that another request has used. */
export function keyMismatch(): ServiceError {
  return new ServiceError(
    "idempotency_mismatch",
    "This key was used for another request: use a new key for each request.",
  );
}

const printable = /^[\x20-\x7e]{1,255}$/;
/** How long a key is kept, in milliseconds. */
const keepMs = 7 * 24 * 60 * 60_000;

/**
 * Hashes an idempotency key and its request for the store, so that neither the key nor the body is stored.
 *
 * @param options.route method and path, as in `POST /`: the same key on another route is a mismatch.
 * @param options.body the raw bytes.
 * @throws {ServiceError} invalid_input when the key is not 1 to 255 printable characters.
 */
export async function toIdempotencyKey(options: {
  readonly key: string;
  readonly route: string;
  readonly body: Uint8Array;
}): Promise<IdempotencyKey> {
  if (!printable.test(options.key)) {
    throw invalidInput("An idempotency key must have 1 to 255 printable ASCII characters.", ["Idempotency-Key"]);
  }
  const encoder = new TextEncoder();
  const request = concatBytes(encoder.encode(`${options.route}\n`), options.body);
  const [keyHash, fingerprint] = await Promise.all([sha256Hex(encoder.encode(options.key)), sha256Hex(request)]);
  return { keyHash, fingerprint, keepMs };
}
