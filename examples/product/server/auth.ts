import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { admin, anonymous } from "better-auth/plugins";
import type { Settings } from "./settings.ts";

/** Changes of users that other parts of the product must follow. If a function throws, the request of the user fails. */
export interface UserEvents {
  /** Called when a guest has signed up or signed in, and again after a failure: it must be idempotent. */
  onGuestSignedIn(guest: { readonly guestId: string; readonly userId: string }): Promise<void>;
  /** Called when a user deletes the account, after the sessions have ended, and again after a failure: it must be idempotent. */
  onLeave(user: { readonly userId: string; readonly stripeCustomerId: string | null }): Promise<void>;
}

export type Auth = Awaited<ReturnType<typeof createAuth>>;

/** Better Auth with passwords, guests and roles, on its own SQLite file. Creates its tables. */
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
        // Not `afterDelete`: if a step fails, the user still exists, and can sign in and delete the account again.
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
        // Runs before the response of the sign-in. Afterwards, Better Auth deletes the guest.
        onLinkAccount: ({ anonymousUser, newUser }) =>
          events.onGuestSignedIn({ guestId: anonymousUser.user.id, userId: newUser.user.id }),
      }),
    ],
  });
  await (await getMigrations(auth.options)).runMigrations();
  return auth;
}
