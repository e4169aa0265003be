import type { Auth } from "./auth.ts";

/**
 * Gives a user the role of staff, who may open the operator page.
 *
 * @returns whether a user has this address.
 */
export async function makeStaff(auth: Auth, email: string): Promise<boolean> {
  const { internalAdapter } = await auth.$context;
  const found = await internalAdapter.findUserByEmail(email);
  if (!found) return false;
  await internalAdapter.updateUser(found.user.id, { role: "admin" });
  return true;
}
