import type { ServiceContext } from "./service-context.js";

/** 22 characters of base64url are 132 bits. */
const ownerTagLength = 22;

/** Names an owner to browsers: equal for the same owner, and telling nothing else. */
export async function ownerTagOf({ keyRing }: Pick<ServiceContext, "keyRing">, ownerId: string): Promise<string> {
  return (await keyRing.sign("owner-tag", ownerId)).slice(0, ownerTagLength);
}
