import type { Store } from "../ports/store/store.js";
import { openExistingStore } from "../store/libsql/open-existing-store.js";
import { isPostgresUrl } from "../store/postgres/client/open-pool.js";
import { openExistingPostgres } from "../store/postgres/open-existing-postgres.js";
import type { Names } from "../store/postgres/text/names.js";
import type { CommandContext } from "./command.js";
import type { CommandOutcome } from "./command-outcome.js";
import { UsageError } from "./usage-error.js";

/** The options of each command on one database. */
export const databaseOptions = {
  schema: { type: "string", default: "public" },
  prefix: { type: "string", default: "safelight_" },
} as const;

/** A database of the command line. */
export interface DatabaseArguments {
  readonly url: string;
  /** Of the tables in Postgres. */
  readonly names: Names;
}

/** @throws {UsageError} unless there is exactly one URL. */
export function parseDatabase(positionals: readonly string[], { prefix, schema }: Names): DatabaseArguments {
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0) throw new UsageError("Pass the URL of one database.");
  return { url: checkUrl(url), names: { schema, prefix } };
}

/**
 * Returns the URL. One letter before the colon is a Windows drive, not a scheme. No error repeats a text that may contain a password.
 *
 * @throws {UsageError} for a path, and for the URL of a libSQL server with a password: `fetch` would print the password.
 */
export function checkUrl(text: string): string {
  // A password may contain a slash that its user forgot to encode.
  if (/^(?:libsql|https?|wss?):\/\/[^?#]*@/i.test(text)) {
    throw new UsageError(
      "The URL of a libSQL server must have no user and password: set SAFELIGHT_AUTH_TOKEN to its token.",
    );
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(text)) return text;
  if (/^[\w.\\/-]+$|^[a-z]:[\w.\\/-]+$/i.test(text)) {
    throw new UsageError(`"${text}" is not a URL. For a file, use file:${text}`);
  }
  throw new UsageError(
    "The database is not a URL: it must start with a scheme such as file: or postgres:, without spaces or quotes before it.",
  );
}

/** Opens an existing database. `movedTo`: the one to which it has moved; `null` for none. */
export function openCommandDatabase({
  context,
  isReadonly,
  names,
  url,
}: DatabaseArguments & { readonly isReadonly: boolean; readonly context: CommandContext }) {
  return isPostgresUrl(url)
    ? openExistingPostgres({ url, names, isReadonly })
    : openExistingStore({ url, authToken: context.SAFELIGHT_AUTH_TOKEN, isReadonly });
}

/** Runs a command on an existing database. A database that has moved gives its old state, and the exit code 2. */
export async function withDatabase(
  options: DatabaseArguments & { readonly isReadonly: boolean; readonly context: CommandContext },
  run: (store: Store, label: string) => Promise<CommandOutcome>,
): Promise<CommandOutcome> {
  const { label, movedTo, store } = await openCommandDatabase(options);
  try {
    const outcome = await run(store, label);
    if (movedTo === null) return outcome;
    const errors = `${outcome.errors}${label} has moved to ${movedTo}: this is its state before the move.\n`;
    return { ...outcome, exitCode: 2, errors };
  } finally {
    await store.close();
  }
}
