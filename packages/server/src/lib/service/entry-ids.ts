import { fromBase64Url, toBase64Url } from "./base64-url.js";

/** Public ids of ledger entries. */
export interface EntryIds {
  /** `led_` and 22 characters. Always the same for the same entry. */
  encode(id: number): Promise<string>;
  /** `null` for a text that `encode` did not make. */
  decode(text: string): Promise<number | null>;
}

const prefix = "led_";
/** The block of AES less the one byte of padding: an id is one block. */
const plainBytes = 15;

/**
 * Encrypts the ledger's counter. Plain, it would show each user how much the whole service writes. The key is the
 * database's and not derived from the host's secret: an id stays when that is rotated.
 *
 * @param readKey 32 hexadecimal digits; read at the first use and after a failure.
 */
export function createEntryIds(readKey: () => Promise<string>): EntryIds {
  // One block for each id, and no id twice: a fixed vector makes the encryption a permutation.
  const cipher = { name: "AES-CBC", iv: new Uint8Array(16) };
  let key: Promise<CryptoKey> | null = null;
  const readOnce = (): Promise<CryptoKey> => {
    key ??= readKey()
      .then((hex) => {
        const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
        return crypto.subtle.importKey("raw", bytes, "AES-CBC", false, ["encrypt", "decrypt"]);
      })
      .catch((error: unknown) => {
        key = null;
        throw error;
      });
    return key;
  };

  return {
    async encode(id) {
      const plain = new DataView(new ArrayBuffer(plainBytes));
      plain.setBigUint64(0, BigInt(id));
      return prefix + toBase64Url(new Uint8Array(await crypto.subtle.encrypt(cipher, await readOnce(), plain)));
    },

    async decode(text) {
      const bytes = text.startsWith(prefix) ? fromBase64Url(text.slice(prefix.length)) : null;
      if (bytes?.length !== 16) return null;
      const plain = await crypto.subtle.decrypt(cipher, await readOnce(), bytes).catch(() => null);
      if (plain?.byteLength !== plainBytes) return null;
      const id = new DataView(plain).getBigUint64(0);
      // A block that was not made here decrypts to random bytes.
      const isOurs = new Uint8Array(plain, 8).every((byte) => byte === 0) && id <= BigInt(Number.MAX_SAFE_INTEGER);
      return isOurs ? Number(id) : null;
    },
  };
}
