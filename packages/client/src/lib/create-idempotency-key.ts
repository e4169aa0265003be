/** 128 random bits. `randomUUID` would need a secure context, which a page of a local network is not. */
export function createIdempotencyKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
