import { createKeptKeys, type KeptKeys } from "../kit/request/kept-keys.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import { vendorRequest } from "../kit/request/vendor-request.js";

const answerWithinMs = 10_000;
const mostKeys = 16;

/** Where the keys are, and how to get there. */
export interface FalKeysOptions {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The keys with which fal signs its call-backs: for all of its customers the same. */
export type FalKeys = KeptKeys<readonly CryptoKey[]>;

/** Keys as fal publishes them. */
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
  if (usable.length === 0) throw new Error("The keys of fal's call-backs are not to be had.");
  return usable;
}

/** `null` for a key of another kind: it may stand beside the ones that we can use. */
async function importKey(entry: unknown): Promise<CryptoKey | null> {
  const { kty, crv, x } = fieldsOf(entry);
  if (kty !== "OKP" || crv !== "Ed25519" || typeof x !== "string") return null;
  return crypto.subtle.importKey("jwk", { kty, crv, x }, { name: "Ed25519" }, false, ["verify"]).catch(() => null);
}
