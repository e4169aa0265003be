import { fromBase64Url, toBase64Url } from "../bytes/base64-url.js";

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
 */
export function createEntryIds(readKey: () => Promise<string>): EntryIds {
  // A fixed IV is safe: each plaintext is a single block, and unique.
  const cipher = { name: "AES-CBC", iv: new Uint8Array(16) };
  // Holds the key, not a promise: on Cloudflare Workers, a request that awaits a promise of another may hang.
  let cachedKey: CryptoKey | null = null;
  const readCachedKey = async (): Promise<CryptoKey> => {
    if (cachedKey !== null) return cachedKey;
    const hex = await readKey();
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    cachedKey = await crypto.subtle.importKey("raw", bytes, "AES-CBC", false, ["encrypt", "decrypt"]);
    return cachedKey;
  };

  return {
    async encode(id) {
      const plain = new DataView(new ArrayBuffer(plainBytes));
      plain.setBigUint64(0, BigInt(id));
      return prefix + toBase64Url(new Uint8Array(await crypto.subtle.encrypt(cipher, await readCachedKey(), plain)));
    },

    async decode(text) {
      const bytes = text.startsWith(prefix) ? fromBase64Url(text.slice(prefix.length)) : null;
      if (bytes?.length !== 16) return null;
      const plain = await crypto.subtle.decrypt(cipher, await readCachedKey(), bytes).catch(() => null);
      if (plain?.byteLength !== plainBytes) return null;
      const id = new DataView(plain).getBigUint64(0);
      // A forged block decrypts to random bytes.
      const isGenuine = new Uint8Array(plain, 8).every((byte) => byte === 0) && id <= BigInt(Number.MAX_SAFE_INTEGER);
      return isGenuine ? Number(id) : null;
    },
  };
}
