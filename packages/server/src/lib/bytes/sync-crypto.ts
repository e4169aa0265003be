/**
 * Synchronous hashing and encryption. WebCrypto runs even the shortest text on the thread pool, which takes ten times as long as
 * hashing it, and stalls while hung file operations occupy the thread pool.
 */
export interface SyncCrypto {
  /** Lowercase hexadecimal. */
  sha256(bytes: Uint8Array): string;
  /** Starts the hash of bytes that arrive in parts. */
  startSha256(): IncrementalSha256;
  /** Returns a function that signs texts with this key, as base64url. */
  hmacSha256(key: Uint8Array): (text: string) => string;
  /**
   * AES-128 in CBC mode with an IV of zeros and the padding of PKCS #7, as WebCrypto pads. Only for unique plaintexts of one block:
   * equal beginnings of longer ones would encrypt to equal bytes.
   */
  aes128CbcZeroIv(key: Uint8Array): SyncCipher;
}

/** A cipher with its key. */
export interface SyncCipher {
  encrypt(plain: Uint8Array): Uint8Array;
  /** @throws for bytes that `encrypt` did not return, most of the time: random bytes may have a valid padding. */
  decrypt(bytes: Uint8Array): Uint8Array;
}

/** A SHA-256 of bytes in parts. */
export interface IncrementalSha256 {
  update(bytes: Uint8Array): void;
  /** Lowercase hexadecimal. */
  digest(): string;
}

let cached: SyncCrypto | null | undefined;

/** The platform's synchronous crypto; `null` on a runtime with WebCrypto only, such as an edge runtime. */
export function syncCrypto(): SyncCrypto | null {
  if (cached === undefined) cached = syncCryptoOf(globalThis);
  return cached;
}

/** The used part of Node's `process`. Bun has it, and Cloudflare Workers with `nodejs_compat`. */
interface Platform {
  readonly process?: { getBuiltinModule?(name: string): NodeCrypto | undefined };
}

interface NodeCrypto {
  createHash(algorithm: "sha256"): Digest;
  createSecretKey(bytes: Uint8Array): SecretKey;
  createHmac(algorithm: "sha256", key: SecretKey): Digest;
  createCipheriv(algorithm: "aes-128-cbc", key: SecretKey, iv: Uint8Array): Transform;
  createDecipheriv(algorithm: "aes-128-cbc", key: SecretKey, iv: Uint8Array): Transform;
}

/** Node's `Cipheriv` and `Decipheriv`. */
interface Transform {
  update(data: Uint8Array): Uint8Array;
  final(): Uint8Array;
}

/** Node's `KeyObject`. */
type SecretKey = object;

interface Digest {
  update(data: Uint8Array | string): Digest;
  digest(encoding: "hex" | "base64url"): string;
}

function syncCryptoOf(platform: object): SyncCrypto | null {
  // Looked up at run time: an import would break the package on platforms without `node:crypto`.
  const crypto = (platform as Platform).process?.getBuiltinModule?.("node:crypto");
  if (crypto === undefined) return null;
  return {
    startSha256: () => {
      const hash = crypto.createHash("sha256");
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
    },
    sha256: (bytes) => crypto.createHash("sha256").update(bytes).digest("hex"),
    hmacSha256: (bytes) => {
      // Created once: signing takes six times as long when Node makes a key from bytes for each text.
      const key = crypto.createSecretKey(bytes);
      return (text) => crypto.createHmac("sha256", key).update(text).digest("base64url");
    },
    aes128CbcZeroIv: (bytes) => {
      const key = crypto.createSecretKey(bytes);
      const iv = new Uint8Array(16);
      const run = (transform: Transform, data: Uint8Array) =>
        Uint8Array.of(...transform.update(data), ...transform.final());
      return {
        encrypt: (plain) => run(crypto.createCipheriv("aes-128-cbc", key, iv), plain),
        decrypt: (data) => run(crypto.createDecipheriv("aes-128-cbc", key, iv), data),
      };
    },
  };
}
