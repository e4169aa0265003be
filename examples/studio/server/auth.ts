import { betterAuth } from "better-auth";
import { admin, organization } from "better-auth/plugins";
import type pg from "pg";

interface AuthParts {
  readonly pool: pg.Pool;
  /** Public origin of the studio. */
  readonly url: string;
  readonly secret: string;
  /** Called when a user deletes the account, after the sessions have ended, and again after a failure: it must be idempotent. */
  readonly onLeave: (userId: string) => Promise<void>;
}

export type Auth = ReturnType<typeof createAuth>;

/** Better Auth with passwords, organizations and the role `admin` of staff, on the studio's Postgres. */
export function createAuth({ pool, url, secret, onLeave }: AuthParts) {
  return betterAuth({
    appName: "Studio",
    baseURL: url,
    secret,
    database: pool,
    emailAndPassword: { enabled: true },
    // All web processes count together. In production only, as is the default.
    rateLimit: { storage: "database" },
    user: {
      deleteUser: {
        enabled: true,
        // Not `afterDelete`: after a failure, the user still exists, and can sign in and delete the account again.
        beforeDelete: async ({ id }) => {
          await pool.query('delete from "session" where "userId" = $1', [id]);
          await onLeave(id);
        },
      },
    },
    // Without a mail service, the page shows the link of an invitation to copy.
    plugins: [admin(), organization()],
  });
}
