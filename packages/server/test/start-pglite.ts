import { PGlite } from "@electric-sql/pglite";
import { afterAll } from "vitest";
import { clearTables } from "./clear-tables.js";

/** A database in this process, for the tests of one file. It has one connection. */
export interface TestDatabase {
  readonly client: PGlite;
  /** Deletes all rows of Safelight's tables but those that the migrations insert. */
  clear(): Promise<void>;
}

/** Starts Postgres in this process, for all tests of a file. Call it at the top of the file. */
export function startPglite(): () => Promise<TestDatabase> {
  let started: Promise<TestDatabase> | null = null;
  afterAll(async () => {
    await (await started)?.client.close();
  });
  return () => {
    started ??= create();
    return started;
  };
}

async function create(): Promise<TestDatabase> {
  const client = await PGlite.create();
  return {
    client,
    clear: () => clearTables(client),
  };
}
