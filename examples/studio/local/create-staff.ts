import { createAuth } from "../server/auth.ts";
import { openDatabase } from "../server/database.ts";
import { type Environment, readSettings } from "../server/settings.ts";
import { makeStaff } from "../server/staff.ts";

/** Signs up a user, unless the address is taken, and gives that user the role of staff. */
export async function createStaff(
  environment: Environment,
  account: { readonly email: string; readonly password: string },
): Promise<void> {
  const settings = readSettings(environment);
  const database = openDatabase(settings.databaseUrl);
  try {
    const auth = createAuth({ ...settings, pool: database.pool, onLeave: async () => {} });
    const { internalAdapter } = await auth.$context;
    if ((await internalAdapter.findUserByEmail(account.email)) === null)
      await auth.api.signUpEmail({ body: { ...account, name: "Staff" } });
    await makeStaff(auth, account.email);
  } finally {
    await database.close();
  }
}
