/**
 * Creates a key of 128 random bits. `randomUUID` needs a secure context, which plain HTTP in a local network is not.
 * React Native has no `crypto`; `Math.random` suffices, since keys only distinguish the actions of one owner.
 */
export function createIdempotencyKey(): string {
  const parts = new Uint32Array(4).map(() => Math.random() * 2 ** 32);
  return (globalThis.crypto?.getRandomValues(parts) ?? parts).join("-");
}
