import { createAuth } from "./auth.ts";
import { readSettings } from "./settings.ts";

// Gives a user the role `admin`: `npm run make-admin -- ann@example.com`.
const [email = ""] = process.argv.slice(2);
const ignored = async () => {};
const auth = await createAuth(readSettings(process.env), { onGuestSignedIn: ignored, onLeave: ignored });
const { internalAdapter } = await auth.$context;
const found = await internalAdapter.findUserByEmail(email);
if (!found) {
  console.error(`No user has the address "${email}". Sign up with it first.`);
  process.exit(1);
}
await internalAdapter.updateUser(found.user.id, { role: "admin" });
console.log(`${email} is an admin now: open /admin/safelight.`);
