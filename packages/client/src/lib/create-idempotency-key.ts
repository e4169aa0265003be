/** 128 random bits in hex. `randomUUID` would need a secure context, which a page on a local network has not. */
export function createIdempotencyKey(): string {
  if (typeof crypto === "undefined") throw new TypeError("There is no crypto.getRandomValues here: give createId");
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
