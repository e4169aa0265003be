import type { ServiceContext } from "../service-context.js";

/** 22 characters of base64url are 132 bits. */
const ownerTagLength = 22;

/** An opaque tag of an owner, for browsers. It reveals only whether two responses have the same owner. */
export async function ownerTagOf({ keyRing }: Pick<ServiceContext, "keyRing">, ownerId: string): Promise<string> {
  return (await keyRing.sign("owner-tag", ownerId)).slice(0, ownerTagLength);
}

/** Whether a tag is the owner's, also if it was issued before a secret rotation. */
export async function isTagOf(
  { keyRing }: Pick<ServiceContext, "keyRing">,
  { ownerId, tag }: { readonly ownerId: string; readonly tag: string },
): Promise<boolean> {
  return (await keyRing.signAll("owner-tag", ownerId)).some((signature) => signature.slice(0, ownerTagLength) === tag);
}
