import { copyFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { expect, it } from "vitest";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";

/** A store whose commits are still in `-wal`. */
async function storeWithCommits() {
  const folder = await tempFolder("closed");
  const path = join(folder, "test.db");
  const store = libsqlStore({ url: `file:${path}` });
  await store.migrate();
  const id = await new Scenario(store).accepted();
  expect((await stat(`${path}-wal`)).size).toBeGreaterThan(0);
  return { folder, path, store, id };
}

/** Whether a copy of the database file, without its `-wal`, has the generation. */
async function isInCopy({ folder, path, id }: { folder: string; path: string; id: string }): Promise<boolean> {
  const copy = join(folder, "copy.db");
  await copyFile(path, copy);
  const store = libsqlStore({ url: `file:${copy}` });
  await store.migrate();
  try {
    return (await store.get({ ownerId: "ada", id })) !== null;
  } finally {
    await store.close();
  }
}

it("has all commits in the database file after close", async () => {
  const given = await storeWithCommits();
  await given.store.close();
  expect((await stat(`${given.path}-wal`)).size).toBe(0);
  expect(await isInCopy(given)).toBe(true);
});

it("closes while another connection reads or writes, and loses no commit", async () => {
  for (const begin of ["BEGIN IMMEDIATE", "BEGIN; SELECT * FROM safelight_generations"]) {
    const { path, store, id } = await storeWithCommits();
    const other = new Database(path);
    other.exec(begin);
    await store.close();
    other.exec("COMMIT");
    other.close();
    const reopened = libsqlStore({ url: `file:${path}` });
    expect(await reopened.get({ ownerId: "ada", id })).not.toBeNull();
    await reopened.close();
  }
});

it("does not write to a file that another one has replaced", async () => {
  const { folder, path, store } = await storeWithCommits();
  const moved = join(folder, "moved.db");
  const { mtimeMs, size } = await stat(path);
  await rename(path, moved);
  await copyFile(moved, path);
  await store.close();
  expect(await stat(moved)).toMatchObject({ mtimeMs, size });
});
