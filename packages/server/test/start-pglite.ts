import { PGlite } from "@electric-sql/pglite";
import { afterAll } from "vitest";
import { deleteRows } from "./delete-rows.js";

/** A database in this process, for the tests of one file. It has one connection. */
export interface TestDatabase {
  readonly client: PGlite;
  /** Deletes all rows of Safelight's tables but those that the migrations insert. */
  clear(): Promise<void>;
}

/** Test files that share this process share it, one after the other: a start takes two seconds of CPU time. */
let shared: Promise<PGlite> | null = null;

/** Starts Postgres in this process. The database is empty for the tests of each file. Call it at the top of the file. */
export function startPglite(): () => Promise<TestDatabase> {
  let opened: Promise<PGlite> | null = null;
  afterAll(async () => {
    await (await opened)?.exec(dropAll);
    await (await opened)?.exec("DISCARD ALL");
  });
  return async () => {
    shared ??= PGlite.create();
    opened = shared;
    return databaseOn(await opened);
  };
}

/** Schemas of Postgres itself start with `pg_`. */
const dropAll = `DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', name);
  END LOOP;
  CREATE SCHEMA public;
END $$`;

function databaseOn(client: PGlite): TestDatabase {
  return {
    client,
    clear: async () => void (await client.exec(deleteRows)),
  };
}
