import { SchemaTooNew } from "../../ports/store/schema-too-new.js";
import { movedTo } from "../copy/freeze-message.js";
import { type Migration, unfinishedCopyId } from "../schema/next-migration.js";

/** The distinct prefixes of storage keys. */
export function prefixesOf(keys: readonly string[]): readonly string[] {
  return [...new Set(keys.map(prefixOf))];
}

/**
 * Those of the keys that are in use.
 *
 * @param found.names keys and prefixes that rows refer to. No prefix is equal to a key: only a key has a slash.
 * @param found.newest the newest migration of the database.
 * @param found.freeze the setting of a database that is copied, or has moved.
 * @throws {Error} if the database has moved, or is an unfinished copy: rows of another one refer to objects.
 * @throws {SchemaTooNew} for a migration that this release does not know, even a compatible one: an unknown column may
 *   refer to an object.
 */
export function toKeysInUse(
  keys: readonly string[],
  found: {
    readonly names: readonly string[];
    readonly newest: { readonly id: number; readonly name: string } | undefined;
    readonly freeze: unknown;
    readonly migrations: readonly Migration[];
  },
): ReadonlySet<string> {
  const { migrations, names, newest } = found;
  const newer = movedTo(found.freeze);
  if (newer !== null) throw new Error(`The database has moved to ${newer}: sweep with that one.`);
  if (newest?.id === unfinishedCopyId) throw new Error("The database is an unfinished copy: sweep with its source.");
  const known = migrations.at(-1)?.id ?? 0;
  if (newest !== undefined && newest.id > known) {
    throw new SchemaTooNew(
      `The database has migration ${newest.id} (${newest.name}), this release knows ${known}: sweep with the newer @safelight/server.`,
    );
  }
  const inUse = new Set(names);
  return new Set(keys.filter((key) => inUse.has(key) || inUse.has(prefixOf(key))));
}

function prefixOf(key: string): string {
  return key.split("/", 1)[0] ?? "";
}
