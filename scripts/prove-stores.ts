import { runCommand } from "./command.ts";

// Runs the long form of tests of which the check runs a part: the whole store contract in batches, also on a server that
// loses requests and responses, and on PGlite; a life on each client of Postgres; each pair of commands at once on Postgres;
// a kill of `safelight copy` at each of its calls, and two runs of it in both directions; each sabotage of the comparison
// F26, and each mutant of the pages in F22.
const files = [
  "store/libsql/executor/batch-executor.contract.test.ts",
  "store/libsql/libsql-client-store.remote.test.ts",
  "store/postgres/postgres-store.contract.test.ts",
  "store/postgres/client/postgres-client.test.ts",
  "store/postgres/owner-races.test.ts",
  "cli/copy-database.kill.test.ts",
  "cli/copy-database.taken-over.test.ts",
  "differential/sabotage.test.ts",
  "pages/watching-mutants.test.ts",
];
const { succeeded } = await runCommand(["vitest", "run", "--project", "node", ...files], {
  env: { SAFELIGHT_LONG: "1" },
  onOutput: (text) => process.stdout.write(text),
});
process.exitCode = succeeded ? 0 : 1;
