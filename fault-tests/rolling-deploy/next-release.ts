import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { migrations as libsqlMigrations } from "../../packages/server/src/lib/store/libsql/schema/migrations.js";
import { migrations as postgresMigrations } from "../../packages/server/src/lib/store/postgres/schema/migrations.js";
import type { Migration } from "../../packages/server/src/lib/store/schema/next-migration.js";

/** Name of the migration that the next release adds. */
export const nextMigrationName = "next-release";

/** In the source of the definition of a function: the text before its own statements. */
const bodyStart = String.raw`BEGIN\n`;

const stores = new URL("../../packages/server/src/lib/store/", import.meta.url);

/**
 * The sources of a next release that differ from this one, by path: one more migration of each store, after which this
 * release still works, and other texts of all functions in Postgres.
 */
export async function nextRelease(): Promise<ReadonlyMap<string, string>> {
  const changed = [
    change("libsql/schema/migrations.ts", (text) =>
      withMigration(text, {
        id: libsqlMigrations.length + 1,
        statements: [
          "ALTER TABLE safelight_generations ADD COLUMN next_release TEXT",
          "CREATE INDEX safelight_generations_next_release ON safelight_generations (next_release)",
        ],
      }),
    ),
    change("postgres/schema/migrations.ts", (text) =>
      withMigration(text, {
        id: postgresMigrations.length + 1,
        statements: [
          "ALTER TABLE @generations ADD COLUMN next_release text",
          "CREATE INDEX @generations_next_release ON @generations (next_release)",
        ],
      }),
    ),
    change("postgres/text/define-function.ts", (text) => text.replace(bodyStart, `${bodyStart}-- next release\\n`)),
  ];
  return new Map(await Promise.all(changed));
}

/** @throws {Error} if the source does not have the text that is replaced. */
async function change(path: string, by: (text: string) => string): Promise<readonly [string, string]> {
  const file = fileURLToPath(new URL(path, stores));
  const text = await readFile(file, "utf8");
  const changed = by(text);
  if (changed === text) throw new Error(`${path} lacks the text that the next release replaces.`);
  return [file, changed];
}

function withMigration(text: string, added: Pick<Migration, "id" | "statements">): string {
  const migration: Migration = { name: nextMigrationName, needs: 1, ...added };
  return text.replace(/\n];\s*$/, `\n  ${JSON.stringify(migration)},\n];\n`);
}
