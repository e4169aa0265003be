import { asRecord } from "../../json/as-record.js";
import { type CachedKeys, createCachedKeys } from "../kit/request/cached-keys.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { vendorRequest } from "../kit/request/vendor-request.js";

const timeoutMs = 10_000;
const maxKeys = 16;

/** Options of `createFalKeys`. */
export interface FalKeysOptions {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Webhook signing keys of fal, shared by all of its customers. */
export type FalKeys = CachedKeys<readonly CryptoKey[]>;

/** Caches the published keys. */
export function createFalKeys(options: FalKeysOptions): FalKeys {
  return createCachedKeys({ fetchKeys: (signal) => fetchKeys(options, signal), now: options.now });
}

async function fetchKeys(
  { url, fetch }: FalKeysOptions,
  signal: AbortSignal = AbortSignal.timeout(timeoutMs),
): Promise<readonly CryptoKey[]> {
  const result = await vendorRequest({ url, fetch, init: { signal } });
  const response = result.type === "responded" && result.status === 200 ? asRecord(jsonOf(result)).keys : null;
  const entries = Array.isArray(response) ? response.slice(0, maxKeys) : [];
  const keys = await Promise.all(entries.map(importKey));
  const usable = keys.filter((key) => key !== null);
  if (usable.length === 0) throw new Error("Could not fetch fal's webhook signing keys.");
  return usable;
}

/** Returns `null` for a key of another kind, which the set may also contain. */
async function importKey(entry: unknown): Promise<CryptoKey | null> {
  const { kty, crv, x } = asRecord(entry);
  if (kty !== "OKP" || crv !== "Ed25519" || typeof x !== "string") return null;
  return crypto.subtle.importKey("jwk", { kty, crv, x }, { name: "Ed25519" }, false, ["verify"]).catch(() => null);
}
