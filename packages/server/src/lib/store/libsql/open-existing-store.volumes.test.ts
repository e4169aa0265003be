import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openSmallVolume } from "../../../../testing/small-volume.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { libsqlStore } from "./libsql-store.js";
import { openExistingStore } from "./open-existing-store.js";

it("reads a closed file on a read-only volume, also one whose name has a meaning in a URL", async (context) => {
  const volume = await openSmallVolume({ sizeBytes: 8_388_608 });
  if (volume === null) return context.skip("Mounts are not permitted here.");
  onTestFinished(() => volume.close());
  const url = `file:${join(volume.folder, "50% #1.db")}`;
  const store = libsqlStore({ url });
  await store.migrate();
  const id = await new Scenario(store).accepted();
  await store.close();
  await volume.makeReadOnly();
  const snapshot = await openExistingStore({ url, authToken: undefined, isReadonly: true });
  expect(await snapshot.store.get({ ownerId: "ada", id })).toMatchObject({ state: "queued" });
  expect(await snapshot.store.audit()).toEqual([]);
  await snapshot.store.close();
});

it("does not read past the log of a process that has not closed the file", async (context) => {
  const volume = await openSmallVolume({ sizeBytes: 8_388_608 });
  if (volume === null) return context.skip("Mounts are not permitted here.");
  onTestFinished(() => volume.close());
  const path = join(volume.folder, "app.db");
  const store = libsqlStore({ url: `file:${path}` });
  await store.migrate();
  await store.close();
  await writeFile(`${path}-wal`, "");
  await volume.makeReadOnly();
  await expect(openExistingStore({ url: `file:${path}`, authToken: undefined, isReadonly: true })).rejects.toThrow();
});
