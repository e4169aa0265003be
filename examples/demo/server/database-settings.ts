import { isAbsolute, join, resolve } from "node:path";
import { type Environment, readVariable, SettingsError } from "./environment.ts";

/** The database of the demo. */
export type DatabaseSettings =
  /** An embedded database. `path` is absolute. */
  | { readonly kind: "file"; readonly path: string }
  /** Postgres. Hints between processes pass through Redis if `redisUrl` is set, else through Postgres itself. */
  | { readonly kind: "postgres"; readonly url: string; readonly redisUrl: string | null };

/**
 * Reads `DATABASE_URL` and `REDIS_URL`, or `DEMO_DB`. No message repeats a URL, which may contain a password.
 *
 * @throws {SettingsError} when a variable is invalid, or does not fit another one.
 */
export function parseDatabase(options: {
  readonly environment: Environment;
  /** Base of a relative path in `DEMO_DB`. */
  readonly folder: string;
  /** Folder of the database file if `DEMO_DB` is unset. */
  readonly dataFolder: string;
}): DatabaseSettings {
  const { environment, folder, dataFolder } = options;
  const file = readVariable(environment, "DEMO_DB");
  const url = readServerUrl({ environment, name: "DATABASE_URL", schemes: ["postgres:", "postgresql:"] });
  const redisUrl = readServerUrl({ environment, name: "REDIS_URL", schemes: ["redis:", "rediss:"] });
  if (url !== null) {
    if (file !== null) throw new SettingsError("DATABASE_URL and DEMO_DB are both set: unset one of them");
    return { kind: "postgres", url, redisUrl };
  }
  if (redisUrl !== null)
    throw new SettingsError("REDIS_URL needs DATABASE_URL: set it to a postgres: URL, or unset REDIS_URL");
  return { kind: "file", path: file === null ? join(dataFolder, "demo.db") : parseFileUrl(file, folder) };
}

function readServerUrl(options: {
  readonly environment: Environment;
  readonly name: string;
  readonly schemes: readonly [string, ...string[]];
}): string | null {
  const { environment, name, schemes } = options;
  const text = readVariable(environment, name);
  if (text === null || (URL.canParse(text) && schemes.includes(new URL(text).protocol))) return text;
  throw new SettingsError(`Invalid ${name}: use a URL that starts with ${schemes[0]}//`);
}

function parseFileUrl(url: string, folder: string): string {
  if (!url.startsWith("file:"))
    throw new SettingsError(`Invalid DEMO_DB "${url}": use a file: URL, or set DATABASE_URL for Postgres`);
  // `URL` would resolve the relative file:.data/demo.db to the absolute path /.data/demo.db.
  const path = decodeURI(url.slice("file:".length).replace(/^\/\/(localhost)?/, ""));
  if (path === "" || path.includes("?"))
    throw new SettingsError(`Invalid DEMO_DB "${url}": use a file: URL with a path and no query`);
  return isAbsolute(path) ? path : resolve(folder, path);
}
