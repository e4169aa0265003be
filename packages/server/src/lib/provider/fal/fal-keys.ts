import { createKeptKeys, type KeptKeys } from "../kit/request/kept-keys.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import { vendorRequest } from "../kit/request/vendor-request.js";

const answerWithinMs = 10_000;
const mostKeys = 16;

/** Options of `createFalKeys`. */
export interface FalKeysOptions {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Webhook signing keys of fal, shared by all of its customers. */
export type FalKeys = KeptKeys<readonly CryptoKey[]>;

/** Caches the published keys. */
export function createFalKeys(options: FalKeysOptions): FalKeys {
  return createKeptKeys({ ask: (signal) => fetchKeys(options, signal), now: options.now });
}

async function fetchKeys(
  { url, fetch }: FalKeysOptions,
  signal: AbortSignal = AbortSignal.timeout(answerWithinMs),
): Promise<readonly CryptoKey[]> {
  const reply = await vendorRequest({ url, fetch, init: { signal } });
  const answer = reply.type === "answered" && reply.status === 200 ? fieldsOf(jsonOf(reply)).keys : null;
  const entries = Array.isArray(answer) ? answer.slice(0, mostKeys) : [];
  const keys = await Promise.all(entries.map(importKey));
  const usable = keys.filter((key) => key !== null);
  if (usable.length === 0) throw new Error("Could not fetch fal's webhook signing keys.");
  return usable;
}

/** Returns `null` for a key of another kind, which the set may also contain. */
async function importKey(entry: unknown): Promise<CryptoKey | null> {
  const { kty, crv, x } = fieldsOf(entry);
  if (kty !== "OKP" || crv !== "Ed25519" || typeof x !== "string") return null;
  return crypto.subtle.importKey("jwk", { kty, crv, x }, { name: "Ed25519" }, false, ["verify"]).catch(() => null);
}
