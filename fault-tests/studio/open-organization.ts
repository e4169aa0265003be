import type { StudioUser } from "./studio-user.js";

/** Makes the users members of one organization of the first one. Each creates a collection that all others see. */
export async function openOrganization(users: readonly StudioUser[]): Promise<void> {
  const [owner, ...others] = users;
  if (owner === undefined) throw new Error("There is no user.");
  const body = { name: "Everyone", slug: "everyone" };
  const organizationId = idOf(
    await owner.session.request({ path: "/api/auth/organization/create", method: "POST", body }),
  );
  for (const { email, session } of others) {
    const invitation = { email, role: "member", organizationId };
    const path = "/api/auth/organization/invite-member";
    const invitationId = idOf(await owner.session.request({ path, method: "POST", body: invitation }));
    const accepting = { path: "/api/auth/organization/accept-invitation", method: "POST", body: { invitationId } };
    await session.request(accepting);
  }
  for (const user of users) {
    const collection = { name: user.email, organizationId };
    const created = await user.session.request({ path: "/api/collections", method: "POST", body: collection });
    user.collectionId = idOf(Object(created).collection);
  }
}

function idOf(value: unknown): string {
  const { id }: { readonly id?: unknown } = Object(value);
  if (typeof id !== "string") throw new Error(`No id in ${JSON.stringify(value)}.`);
  return id;
}
