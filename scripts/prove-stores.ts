import { runCommand } from "./command.ts";

// Runs the long form of the store tests, of which the check runs a part: the whole contract in batches, also on a server
// that loses requests and responses, and on PGlite; each pair of commands at once on Postgres; each sabotage of the comparison F26.
const files = [
  "store/libsql/executor/batch-executor.contract.test.ts",
  "store/libsql/libsql-client-store.remote.test.ts",
  "store/postgres/postgres-store.contract.test.ts",
  "store/postgres/owner-races.test.ts",
  "differential/sabotage.test.ts",
];
const { succeeded } = await runCommand(["vitest", "run", "--project", "node", ...files], {
  env: { SAFELIGHT_LONG: "1" },
  onOutput: (text) => process.stdout.write(text),
});
process.exitCode = succeeded ? 0 : 1;
