import { adminClient, anonymousClient } from "better-auth/client/plugins";
import { createAuthClient } from "better-auth/react";

export const users = createAuthClient({ plugins: [anonymousClient(), adminClient()] });

/** The user of the page: a visitor has no session yet, a guest has one without an account. */
export type Person = "visitor" | "guest" | "member";

export function usePerson() {
  const { data, isPending, error } = users.useSession();
  const user = data?.user ?? null;
  const person: Person = user === null ? "visitor" : user.isAnonymous ? "guest" : "member";
  return { person, user, isPending, error };
}
