const prime = 0x100000001b3n;

/** 48 bits of FNV-1a, as 12 hexadecimal digits. Tells texts of this package apart; it is no protection. */
export function textHash(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  return BigInt.asUintN(48, hash ^ (hash >> 48n))
    .toString(16)
    .padStart(12, "0");
}
