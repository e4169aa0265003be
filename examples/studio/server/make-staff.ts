import { createAuth } from "./auth.ts";
import { openDatabase } from "./database.ts";
import { readSettings } from "./settings.ts";
import { makeStaff } from "./staff.ts";

// Gives a user the role of staff: `node server/make-staff.ts ann@example.com`.
const [email = ""] = process.argv.slice(2);
const settings = readSettings(process.env);
const database = openDatabase(settings.databaseUrl);
const auth = createAuth({ ...settings, pool: database.pool, onLeave: async () => {} });
const isStaff = await makeStaff(auth, email);
await database.close();
if (isStaff) console.log(`${email} is staff now: open ${settings.url}/admin.`);
else {
  console.error(`No user has the address "${email}". Sign up with it first.`);
  process.exitCode = 1;
}
