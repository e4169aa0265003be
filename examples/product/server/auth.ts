import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { admin, anonymous } from "better-auth/plugins";
import type { Settings } from "./settings.ts";

/** The changes of users that the rest of the product follows. A hook that throws fails the request of the user. */
export interface UserEvents {
  /** A guest has signed up or in. Called again if an earlier call failed. */
  onGuestSignedIn(guest: { readonly guestId: string; readonly userId: string }): Promise<void>;
  /** A user leaves, and is already signed out everywhere. Called again if an earlier call failed. */
  onLeave(user: { readonly userId: string; readonly stripeCustomerId: string | null }): Promise<void>;
}

export type Auth = Awaited<ReturnType<typeof createAuth>>;

/** Better Auth with passwords, guests and roles, on a file of its own. Creates its tables. */
export async function createAuth(
  { url, dataFolder, secret }: Pick<Settings, "url" | "dataFolder" | "secret">,
  events: UserEvents,
) {
  const database = new DatabaseSync(`${dataFolder}/users.db`);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000");
  const auth = betterAuth({
    baseURL: url,
    secret,
    database,
    emailAndPassword: { enabled: true },
    user: {
      additionalFields: { stripeCustomerId: { type: "string", required: false, input: false, returned: false } },
      deleteUser: {
        enabled: true,
        // Before: if a step fails, the user still exists, signs in, and deletes the account again.
        beforeDelete: async ({ id }) => {
          const user = database.prepare('select "stripeCustomerId" from "user" where "id" = ?').get(id);
          database.prepare('delete from "session" where "userId" = ?').run(id);
          const customer = user?.stripeCustomerId;
          await events.onLeave({ userId: id, stripeCustomerId: typeof customer === "string" ? customer : null });
        },
      },
    },
    plugins: [
      admin(),
      anonymous({
        // Runs before the response of the sign-in. Then Better Auth deletes the guest.
        onLinkAccount: ({ anonymousUser, newUser }) =>
          events.onGuestSignedIn({ guestId: anonymousUser.user.id, userId: newUser.user.id }),
      }),
    ],
  });
  await (await getMigrations(auth.options)).runMigrations();
  return auth;
}
