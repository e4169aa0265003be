/**
 * Hashes at once, on this thread. WebCrypto hands even the shortest text to another thread, which takes ten times as long
 * as hashing it.
 */
export interface QuickCrypto {
  /** In hexadecimal. */
  sha256(bytes: Uint8Array): string;
  /** Signs texts with one key, as base64url. */
  hmacSha256(key: Uint8Array): (text: string) => string;
}

let found: QuickCrypto | null | undefined;

/** That of the platform; `null` where there is WebCrypto alone, as in an edge runtime. */
export function quickCrypto(): QuickCrypto | null {
  if (found === undefined) found = quickCryptoOf(globalThis);
  return found;
}

/** What is used of Node's `process` and `node:crypto`; Bun has both, and Workers with `nodejs_compat`. */
interface Platform {
  readonly process?: { getBuiltinModule?(name: string): NodeCrypto | undefined };
}

interface NodeCrypto {
  createHash(algorithm: "sha256"): Digest;
  createSecretKey(bytes: Uint8Array): SecretKey;
  createHmac(algorithm: "sha256", key: SecretKey): Digest;
}

/** A key as `node:crypto` keeps it. */
type SecretKey = object;

interface Digest {
  update(data: Uint8Array | string): { digest(encoding: "hex" | "base64url"): string };
}

function quickCryptoOf(platform: object): QuickCrypto | null {
  // Asked for by name, because an import would keep the package from platforms that do not have it.
  const crypto = (platform as Platform).process?.getBuiltinModule?.("node:crypto");
  if (crypto === undefined) return null;
  return {
    sha256: (bytes) => crypto.createHash("sha256").update(bytes).digest("hex"),
    hmacSha256: (bytes) => {
      // Made once: Node takes six times as long where it makes one of bytes for each text.
      const key = crypto.createSecretKey(bytes);
      return (text) => crypto.createHmac("sha256", key).update(text).digest("base64url");
    },
  };
}
