import { PGlite } from "@electric-sql/pglite";
import { afterAll } from "vitest";

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
    async clear() {
      const { rows } = await client.query<{ name: string }>(
        `SELECT tablename AS name FROM pg_tables WHERE tablename LIKE 'safelight\\_%' AND tablename <> 'safelight_migrations'`,
      );
      const initial = "WHERE name NOT IN ('entry_key', 'timeline')";
      const deletes = rows.map(({ name }) => `DELETE FROM ${name} ${name === "safelight_settings" ? initial : ""}`);
      await client.exec(deletes.join(";"));
    },
  };
}
