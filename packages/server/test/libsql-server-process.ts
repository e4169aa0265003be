import { startLibsqlServer } from "../src/lib/store/libsql-server/libsql-server.js";

/** Serves a database file in a process of its own, so that a test can stop it. Sends the URL to the test. */
const [path = ""] = process.argv.slice(2);
const { url } = await startLibsqlServer({ path });

// The test has exited.
process.on("disconnect", () => process.exit(1));
process.send?.(url);
