import type { ServiceContext } from "../service-context.js";

/** 22 characters of base64url are 132 bits. */
const ownerTagLength = 22;

/** Names an owner to browsers: equal for the same owner, and telling nothing else. */
export async function ownerTagOf({ keyRing }: Pick<ServiceContext, "keyRing">, ownerId: string): Promise<string> {
  return (await keyRing.sign("owner-tag", ownerId)).slice(0, ownerTagLength);
}

/** Whether a browser was told this name of the owner, now or before a secret was rotated. */
export async function isTagOf(
  { keyRing }: Pick<ServiceContext, "keyRing">,
  ownerId: string,
  tag: string,
): Promise<boolean> {
  return (await keyRing.signAll("owner-tag", ownerId)).some((name) => name.slice(0, ownerTagLength) === tag);
}
