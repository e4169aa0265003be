import { fieldsOf, jsonOf } from "../vendor/vendor-json.js";
import { vendorRequest } from "../vendor/vendor-request.js";

/** fal asks that keys be kept no longer. */
const freshForMs = 86_400_000;
/** Whoever sends forgeries must not make us ask more often. */
const askAgainAfterMs = 60_000;
const answerWithinMs = 10_000;
const mostKeys = 16;

/** Where the keys are, and how to get there. */
export interface FalKeysOptions {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly now: () => number;
}

/** The keys with which fal signs its call-backs. */
export interface FalKeys {
  /**
   * As they are known; older than a day only while fal cannot be asked.
   *
   * @throws when none are known, and none are to be had.
   */
  current(): Promise<readonly CryptoKey[]>;
  /**
   * Anew, for a signature that no known key has made.
   *
   * @returns `null` when they were asked for less than a minute ago.
   * @throws when they are not to be had.
   */
  newer(): Promise<readonly CryptoKey[] | null>;
}

/** Knows no key until the first is needed. */
export function createFalKeys(options: FalKeysOptions): FalKeys {
  let known: { readonly keys: readonly CryptoKey[]; readonly at: number } | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<readonly CryptoKey[]> | null = null;

  const ask = (): Promise<readonly CryptoKey[]> => {
    // Call-backs come in crowds: one question is enough for all of them.
    asking ??= fetchAndKeep().finally(() => {
      asking = null;
    });
    return asking;
  };
  const fetchAndKeep = async (): Promise<readonly CryptoKey[]> => {
    askedAt = options.now();
    const keys = await fetchKeys(options);
    known = { keys, at: options.now() };
    return keys;
  };
  const wasAskedJustNow = (): boolean => options.now() - askedAt < askAgainAfterMs;

  return {
    async current() {
      if (known === null) return ask();
      const { keys, at } = known;
      if (options.now() - at < freshForMs || wasAskedJustNow()) return keys;
      return ask().catch(() => keys);
    },
    newer: async () => (asking === null && wasAskedJustNow() ? null : ask()),
  };
}

async function fetchKeys({ url, fetch }: FalKeysOptions): Promise<readonly CryptoKey[]> {
  const reply = await vendorRequest({ url, fetch, init: { signal: AbortSignal.timeout(answerWithinMs) } });
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
