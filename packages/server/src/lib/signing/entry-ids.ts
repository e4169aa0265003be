import { fromBase64Url, toBase64Url } from "../bytes/base64-url.js";
import { type SyncCrypto, syncCrypto } from "../bytes/sync-crypto.js";

/** Public ids of ledger entries. */
export interface EntryIds {
  /** `led_` and 22 characters. An entry always has the same id. */
  encode(id: number): Promise<string>;
  /** `null` for a text that `encode` did not return. */
  decode(text: string): Promise<number | null>;
}

const prefix = "led_";
/** An AES block minus one byte of padding, so that an id encrypts to one block. */
const plainBytes = 15;

/**
 * Encrypts ledger row ids: a plain counter reveals the service's volume to each user. The key is stored in the database,
 * so ids survive secret rotation.
 *
 * @param readKey 32 hexadecimal digits. Called until it succeeds; concurrent first calls may each read it.
 * @param sync `null` for WebCrypto, whose ids are the same.
 */
export function createEntryIds(
  readKey: () => Promise<string>,
  sync: Pick<SyncCrypto, "aes128CbcZeroIv"> | null = syncCrypto(),
): EntryIds {
  // Holds the cipher, not a promise: on Cloudflare Workers, a request that awaits a promise of another may hang.
  let cached: Cipher | null = null;
  const readCipher = async (): Promise<Cipher> => {
    if (cached !== null) return cached;
    const hex = await readKey();
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    cached = sync?.aes128CbcZeroIv(bytes) ?? (await webCipher(bytes));
    return cached;
  };

  return {
    async encode(id) {
      const plain = new Uint8Array(plainBytes);
      new DataView(plain.buffer).setBigUint64(0, BigInt(id));
      const { encrypt } = await readCipher();
      return prefix + toBase64Url(await encrypt(plain));
    },

    async decode(text) {
      const bytes = text.startsWith(prefix) ? fromBase64Url(text.slice(prefix.length)) : null;
      if (bytes?.length !== 16) return null;
      const { decrypt } = await readCipher();
      let plain: Uint8Array;
      try {
        plain = await decrypt(bytes);
      } catch {
        return null;
      }
      if (plain.byteLength !== plainBytes) return null;
      const id = new DataView(plain.buffer, plain.byteOffset).getBigUint64(0);
      // A forged block decrypts to random bytes.
      const isGenuine = plain.subarray(8).every((byte) => byte === 0) && id <= BigInt(Number.MAX_SAFE_INTEGER);
      return isGenuine ? Number(id) : null;
    },
  };
}

/** AES-128-CBC. An IV of zeros is safe: each plaintext is a single block, and unique. */
interface Cipher {
  encrypt(plain: Uint8Array<ArrayBuffer>): Uint8Array | Promise<Uint8Array>;
  /** Throws or rejects for most bytes that `encrypt` did not return. */
  decrypt(bytes: Uint8Array<ArrayBuffer>): Uint8Array | Promise<Uint8Array>;
}

/** For runtimes with WebCrypto only. */
async function webCipher(bytes: Uint8Array<ArrayBuffer>): Promise<Cipher> {
  const algorithm = { name: "AES-CBC", iv: new Uint8Array(16) };
  const key = await crypto.subtle.importKey("raw", bytes, "AES-CBC", false, ["encrypt", "decrypt"]);
  return {
    encrypt: async (plain) => new Uint8Array(await crypto.subtle.encrypt(algorithm, key, plain)),
    decrypt: async (data) => new Uint8Array(await crypto.subtle.decrypt(algorithm, key, data)),
  };
}
