import { copyFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import type { Store } from "../../../ports/store/store.js";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import { libsqlStore } from "../libsql-store.js";

describe("a database file that was removed, moved or replaced while it is open", () => {
  let folder: string;
  let path: string;
  let store: Store;
  let scenario: Scenario;

  beforeEach(async () => {
    folder = await tempFolder("identity");
    path = join(folder, "test.db");
    store = libsqlStore({ url: `file:${path}` });
    await store.migrate();
    scenario = new Scenario(store);
    await scenario.accepted();
  });

  afterEach(async () => {
    await store.close();
  });

  /** After a refusal, a write is tried at most once a second. */
  const becomesHealthy = () => vi.waitFor(() => store.ping(), { timeout: 60_000 });

  async function expectRefusal(fault: string): Promise<void> {
    const refusals = [
      await scenario.accepted().catch((error: unknown) => error),
      await store.ping().catch((error: unknown) => error),
    ];
    for (const refused of refusals) {
      expect(StoreUnavailable.isInstance(refused)).toBe(true);
      expect(refused).toHaveProperty("message", expect.stringContaining(fault));
    }
  }

  it.each(["", "-wal", "-shm"])(
    "rejects commits while test.db%s is moved, and commits once it is back",
    async (suffix) => {
      await rename(path + suffix, join(folder, "elsewhere"));
      await expectRefusal(`test.db${suffix} was removed or moved`);
      // No file was created in its place.
      await expect(stat(path + suffix)).rejects.toThrow("ENOENT");
      await rename(join(folder, "elsewhere"), path + suffix);
      await scenario.accepted();
      await becomesHealthy();
    },
  );

  it("rejects commits while another database replaces the file, and commits once it is back", async () => {
    const other = libsqlStore({ url: `file:${join(folder, "other.db")}` });
    await other.migrate();
    await other.close();
    await rename(path, join(folder, "elsewhere"));
    await copyFile(join(folder, "other.db"), path);
    await expectRefusal("test.db was replaced by another file");
    await rename(join(folder, "elsewhere"), path);
    await scenario.accepted();
    await becomesHealthy();
  });

  it("rejects commits after the file was removed", async () => {
    await rm(path);
    await expectRefusal("test.db was removed or moved");
  });

  it("keeps all commits for the next process if -wal and -shm were removed", async () => {
    for (let count = 0; count < 5; count += 1) await scenario.accepted();
    await rm(`${path}-wal`);
    await rm(`${path}-shm`);
    await expectRefusal("test.db-wal was removed or moved");
    // The next process has only the database file.
    await copyFile(path, join(folder, "next.db"));
    const next = libsqlStore({ url: `file:${join(folder, "next.db")}` });
    const { generations } = await next.list({
      ownerId: "ada",
      limit: 10,
      after: null,
      status: null,
      model: null,
      scope: null,
    });
    await next.close();
    expect(generations).toHaveLength(6);
  });
});
