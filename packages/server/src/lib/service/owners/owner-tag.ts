import type { ServiceContext } from "../service-context.js";

/** 22 characters of base64url are 132 bits. */
const ownerTagLength = 22;

/**
 * An opaque tag of an owner, or of a team by the id of its gallery, for browsers. It reveals only whether two responses have the
 * same owner. It does not depend on the secrets: during a rotation, processes with different secrets would make one owner look like two.
 */
export async function ownerTagOf(
  { databaseKeys }: Pick<ServiceContext, "databaseKeys">,
  ownerId: string,
): Promise<string> {
  return (await databaseKeys.sign("owner-tag", ownerId)).slice(0, ownerTagLength);
}
