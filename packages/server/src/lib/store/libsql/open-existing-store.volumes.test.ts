import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { openSmallVolume } from "../../../../testing/volumes/small-volume.js";
import { libsqlStore } from "./libsql-store.js";
import { openExistingStore } from "./open-existing-store.js";

/** A database file with one generation, as its last process has closed it. */
let closed: string;
let id: string;

beforeEach(async () => {
  closed = join(await tempFolder("snapshot"), "app.db");
  const store = libsqlStore({ url: `file:${closed}` });
  await store.migrate();
  id = await new Scenario(store).accepted();
  await store.close();
});

it("reads a closed file on a read-only volume, also one whose name has a meaning in a URL", async (context) => {
  const volume = await openSmallVolume({ sizeBytes: 8_388_608 });
  if (volume === null) return context.skip("Mounts are not permitted here.");
  onTestFinished(() => volume.close());
  const path = join(volume.folder, "50% #1.db");
  await copyFile(closed, path);
  await volume.makeReadOnly();
  const { store } = await openExistingStore({ url: `file:${path}`, authToken: undefined, isReadonly: true });
  expect(await store.get({ ownerId: "ada", id })).toMatchObject({ state: "queued" });
  expect(await store.audit()).toEqual([]);
  await store.close();
});

it("does not read past the log of a process that has not closed the file", async (context) => {
  const volume = await openSmallVolume({ sizeBytes: 8_388_608 });
  if (volume === null) return context.skip("Mounts are not permitted here.");
  onTestFinished(() => volume.close());
  const path = join(volume.folder, "app.db");
  await copyFile(closed, path);
  await writeFile(`${path}-wal`, "");
  await volume.makeReadOnly();
  await expect(openExistingStore({ url: `file:${path}`, authToken: undefined, isReadonly: true })).rejects.toThrow();
});
