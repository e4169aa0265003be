/** 128 random bits. `randomUUID` would need a secure context, which a page of a local network is not. */
export function createIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
}
