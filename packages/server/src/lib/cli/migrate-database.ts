import { inspectDatabase } from "../store/libsql/inspect-database.js";
import { isPostgresUrl } from "../store/postgres/client/open-pool.js";
import { inspectPostgres } from "../store/postgres/inspect-postgres.js";
import { missingParts } from "../store/schema/next-migration.js";
import type { InspectedDatabase } from "../store/schema/schema-report.js";
import type { Command, CommandContext } from "./command.js";
import type { CommandOutcome } from "./command-outcome.js";
import { parseArguments } from "./parse-arguments.js";
import { type DatabaseArguments, databaseOptions, parseDatabase } from "./with-database.js";

/** Applies pending migrations. */
export const migrateCommand: Command = {
  synopsis: ["migrate <url> [--dry-run] [--json]"],
  help: `Applies the migrations that the database lacks, and creates a missing file or missing tables. Running servers may continue.

  --dry-run  prints the statements of the pending migrations, changes nothing
  --json     { database, pending: [{ id, name, statements }], applied }`,
  failure: "Could not migrate the database",
  async run(args, context) {
    const { positionals, values } = parseArguments(args, {
      ...databaseOptions,
      "dry-run": { type: "boolean", default: false },
    });
    const isDryRun = values["dry-run"];
    const database = await inspect({ ...parseDatabase(positionals, values), isReadonly: isDryRun, context });
    try {
      return await migrate(database, { isDryRun, json: values.json });
    } finally {
      await database.store?.close();
    }
  },
};

/** Opens a database and compares its schema with this release's. `isReadonly`: creates no missing file. */
export function inspect(
  options: DatabaseArguments & { readonly isReadonly: boolean; readonly context: CommandContext },
): Promise<InspectedDatabase> {
  const { context, isReadonly, names, url } = options;
  if (isPostgresUrl(url)) return inspectPostgres({ url, names });
  return inspectDatabase({ url, authToken: context.SAFELIGHT_AUTH_TOKEN, isReadonly, mayCreate: !isReadonly });
}

async function migrate(
  { label, missing, movedTo, pending, store }: InspectedDatabase,
  { isDryRun, json }: { readonly isDryRun: boolean; readonly json: boolean },
): Promise<CommandOutcome> {
  if (movedTo !== null) throw new Error(`${label} has moved to ${movedTo}: migrate that database.`);
  if (missing !== null) throw missingParts(missing);
  // Also without pending migrations: on Postgres it creates the functions of this release.
  if (!isDryRun) await store?.migrate();
  const report = { database: label, pending, applied: !isDryRun };
  if (json) return { exitCode: 0, output: `${JSON.stringify(report)}\n`, errors: "" };
  if (pending.length === 0)
    return { exitCode: 0, output: `${label} has all migrations of this release.\n`, errors: "" };
  const lines = pending.map(({ id, name, statements }) =>
    isDryRun ? `-- Migration ${id}: ${name}\n${statements.join(";\n")};\n` : `Applied migration ${id}: ${name}\n`,
  );
  return { exitCode: 0, output: lines.join(""), errors: "" };
}
