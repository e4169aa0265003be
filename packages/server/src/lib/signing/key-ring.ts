import { fromBase64Url, toBase64Url } from "../bytes/base64-url.js";
import { type QuickCrypto, quickCrypto } from "../bytes/sync-crypto.js";

/** What a key is for. Keys of different purposes have nothing in common but the secret. */
export type KeyPurpose = "media-url" | "owner-tag" | "webhook-url" | "secret";

/** Signs and verifies with keys that are derived from the server's secrets, one per purpose. */
export interface KeyRing {
  /** HMAC-SHA-256 by the first secret, as base64url. */
  sign(purpose: KeyPurpose, text: string): Promise<string>;
  /** The same by each of the secrets, the first one first. */
  signAll(purpose: KeyPurpose, text: string): Promise<readonly string[]>;
  /** Whether any of the secrets made this signature. Takes the same time wherever it differs. */
  verify(purpose: KeyPurpose, text: string, signature: string): Promise<boolean>;
  /** Whether this is `known`, or one of the secrets where that is `null`. Takes the same time wherever it differs. */
  isSecret(text: string, known: string | null): Promise<boolean>;
}

/**
 * Makes a key ring.
 *
 * @param readSecrets called until it has succeeded once: the first secret signs, all of them verify.
 */
export function createKeyRing(readSecrets: () => Promise<readonly string[]>, quick = quickCrypto()): KeyRing {
  // Keys, not promises of them: a request on Cloudflare Workers may hang if it waits for a promise of another one.
  const rings = new Map<KeyPurpose, readonly DerivedKey[]>();

  const keysFor = async (purpose: KeyPurpose): Promise<readonly DerivedKey[]> => {
    const known = rings.get(purpose);
    if (known !== undefined) return known;
    const secrets = await readSecrets();
    const keys = await Promise.all(secrets.map((secret) => deriveKey(secret, purpose, quick)));
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
      // Signatures are compared instead of the texts: that takes no time that tells how far they agree.
      const verdicts = (known === null ? await readSecrets() : [known]).map(async (secret) => {
        const signature = await crypto.subtle.sign("HMAC", key.hmac, encode(secret));
        return crypto.subtle.verify("HMAC", key.hmac, signature, encode(text));
      });
      return (await Promise.all(verdicts)).includes(true);
    },

    async verify(purpose, text, signature) {
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

async function deriveKey(secret: string, purpose: KeyPurpose, quick: QuickCrypto | null): Promise<DerivedKey> {
  const source = await crypto.subtle.importKey("raw", encode(secret), "HKDF", false, ["deriveBits"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encode(`safelight/${purpose}/1`) };
  const bytes = new Uint8Array(await crypto.subtle.deriveBits(derivation, source, 256));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const hmac = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign", "verify"]);
  const signByPlatform = async (text: string) =>
    toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", hmac, encode(text))));
  return { sign: quick?.hmacSha256(bytes) ?? signByPlatform, hmac };
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
