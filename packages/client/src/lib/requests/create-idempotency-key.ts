/**
 * 128 random bits. `randomUUID` would need a secure context, which a page of a local network is not; React Native has no
 * `crypto` at all, and a key is no secret: it tells the actions of one owner apart.
 */
export function createIdempotencyKey(): string {
  const parts = new Uint32Array(4).map(() => Math.random() * 2 ** 32);
  return (globalThis.crypto?.getRandomValues(parts) ?? parts).join("-");
}
