import { fromBase64Url, toBase64Url } from "../bytes/base64-url.js";
import { type SyncCrypto, syncCrypto } from "../bytes/sync-crypto.js";

/** The purpose of a key. Keys of different purposes are derived independently from the same secret. */
export type KeyPurpose = "erased-owner" | "media-url" | "owner-tag" | "webhook-url" | "secret";

/** Signs and verifies with keys that are derived from the server's secrets, one per purpose. */
export interface KeyRing {
  /** HMAC-SHA-256 with the key of the first secret, as base64url. */
  sign(purpose: KeyPurpose, text: string): Promise<string>;
  /** One signature for each secret, in the order of the secrets. */
  signAll(purpose: KeyPurpose, text: string): Promise<readonly string[]>;
  /** Whether any of the secrets made this signature. Compares in constant time. */
  verify(purpose: KeyPurpose, signed: { readonly text: string; readonly signature: string }): Promise<boolean>;
  /** Whether the text equals `known` or, if `known` is `null`, one of the secrets. Compares in constant time. */
  isSecret(text: string, known: string | null): Promise<boolean>;
}

/**
 * Creates a key ring.
 *
 * @param readSecrets called until it succeeds, once for each purpose. The first secret signs, all of them verify.
 */
export function createKeyRing(readSecrets: () => Promise<readonly string[]>, sync = syncCrypto()): KeyRing {
  // Holds keys, not promises: on Cloudflare Workers, a request that awaits a promise of another request may hang.
  const rings = new Map<KeyPurpose, readonly DerivedKey[]>();

  const keysFor = async (purpose: KeyPurpose): Promise<readonly DerivedKey[]> => {
    const known = rings.get(purpose);
    if (known !== undefined) return known;
    const secrets = await readSecrets();
    const keys = await Promise.all(secrets.map((secret) => deriveKey(secret, { purpose, sync })));
    rings.set(purpose, keys);
    return keys;
  };

  return {
    async sign(purpose, text) {
      const [key] = await keysFor(purpose);
      if (key === undefined) throw new Error("A key ring needs at least one secret.");
      return key.sign(text);
    },

    signAll: async (purpose, text) => Promise.all((await keysFor(purpose)).map((key) => key.sign(text))),

    async isSecret(text, known) {
      const [key] = await keysFor("secret");
      if (key === undefined) throw new Error("A key ring needs at least one secret.");
      // Compares HMACs, so that the time does not depend on the length of the common prefix.
      const verdicts = (known === null ? await readSecrets() : [known]).map(async (secret) => {
        const signature = await crypto.subtle.sign("HMAC", key.hmac, encode(secret));
        return crypto.subtle.verify("HMAC", key.hmac, signature, encode(text));
      });
      return (await Promise.all(verdicts)).includes(true);
    },

    async verify(purpose, { text, signature }) {
      const bytes = fromBase64Url(signature);
      if (bytes === null) return false;
      const message = encode(text);
      const verdicts = (await keysFor(purpose)).map(({ hmac }) => crypto.subtle.verify("HMAC", hmac, bytes, message));
      return (await Promise.all(verdicts)).includes(true);
    },
  };
}

interface DerivedKey {
  sign(text: string): string | Promise<string>;
  readonly hmac: CryptoKey;
}

async function deriveKey(
  secret: string,
  { purpose, sync }: { readonly purpose: KeyPurpose; readonly sync: SyncCrypto | null },
): Promise<DerivedKey> {
  const source = await crypto.subtle.importKey("raw", encode(secret), "HKDF", false, ["deriveBits"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encode(`safelight/${purpose}/1`) };
  const bytes = new Uint8Array(await crypto.subtle.deriveBits(derivation, source, 256));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const hmac = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign", "verify"]);
  const signWithWebCrypto = async (text: string) =>
    toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", hmac, encode(text))));
  return { sign: sync?.hmacSha256(bytes) ?? signWithWebCrypto, hmac };
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
