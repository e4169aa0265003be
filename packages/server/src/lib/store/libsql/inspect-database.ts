import { movedTo } from "../copy/freeze-message.js";
import { isApplied } from "../schema/next-migration.js";
import { type InspectedDatabase, pendingMigrations, type SchemaReport } from "../schema/schema-report.js";
import { fileOf } from "./executor/file-of.js";
import { type DatabaseUrl, isMissingFile, type OpenedUrl, openDatabaseUrl } from "./open-database-url.js";
import { readApplied } from "./schema/migrate.js";
import { migrations } from "./schema/migrations.js";
import { describeMissing, hasAnyTable, readSchema } from "./schema/missing-schema.js";
import { readFreezeStatement } from "./statements/freeze.js";

/**
 * Opens a database and compares its schema with this release's. Creates and upgrades nothing.
 *
 * @param options.mayCreate opens a file that does not exist, which creates it at its first write.
 * @throws {TypeError} if the URL cannot be opened.
 * @throws {Error} if this release cannot work on the schema.
 */
export async function inspectDatabase(
  options: DatabaseUrl & { readonly mayCreate: boolean },
): Promise<InspectedDatabase> {
  if (!options.mayCreate && (await isMissingFile(options.url))) {
    const label = `file:${fileOf(options.url)}`;
    return { store: null, label, hasTables: false, pending: migrations, missing: null, movedTo: null };
  }
  const opened = await openDatabaseUrl(options);
  try {
    return { store: opened.store, label: opened.label, ...(await readReport(opened)) };
  } catch (error) {
    await opened.store.close();
    throw error;
  }
}

async function readReport({ find }: OpenedUrl): Promise<SchemaReport> {
  const schema = await find(readSchema);
  if (!schema.some(({ name }) => name === "safelight_migrations")) {
    return {
      hasTables: false,
      pending: migrations,
      missing: hasAnyTable(migrations, schema) ? "table safelight_migrations" : null,
      movedTo: null,
    };
  }
  const applied = await find(readApplied);
  const pending = await pendingMigrations(migrations, applied);
  const known = migrations.filter(({ id }) => isApplied(applied, id));
  // A newer release may have dropped parts that it no longer needs.
  const missing = applied.length > migrations.length ? null : describeMissing(known, schema);
  const hasSettings = schema.some(({ name }) => name === "safelight_settings");
  const [setting] = hasSettings ? await find(readFreezeStatement) : [];
  return { hasTables: true, pending, missing, movedTo: movedTo(setting?.value) };
}
