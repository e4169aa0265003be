import type { Pool } from "pg";
import { describe, expect, it } from "vitest";
import { postgresStore } from "../../packages/server/src/postgres.js";
import { deleteRows } from "../../packages/server/test/delete-rows.js";
import { startPostgres } from "../../packages/server/test/start-postgres.js";
import { runStoreContract } from "../../packages/server/testing/store-contract.js";
import { findRelease, releases } from "./postgres-releases.ts";

describe.each(releases)("Postgres %s", (release) => {
  const server = startPostgres(() => findRelease(release));
  let opened: Promise<Pool> | null = null;
  const open = () => {
    opened ??= server().then(({ openPool }) => openPool());
    return opened;
  };
  it("is the release of that number", async () => {
    const { rows } = await (await open()).query("SHOW server_version");
    expect(rows).toEqual([{ server_version: expect.stringMatching(new RegExp(`^${release}\\.`)) }]);
  });
  runStoreContract("postgresStore", async (now) => {
    const client = await open();
    await client.query(deleteRows);
    return postgresStore({ client, now });
  });
});
