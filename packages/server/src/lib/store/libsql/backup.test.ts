import { join } from "node:path";
import Database from "libsql";
import { expect, it } from "vitest";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";

/** Runs the command of docs/operations.md on its own connection. */
function backUp(from: string, to: string): void {
  const database = new Database(from, { timeout: 60_000 });
  database.exec(`VACUUM INTO '${to}'`);
  database.close();
}

it("backs up a consistent copy while submits and ends are committed", async () => {
  const folder = await tempFolder("backup");
  try {
    const path = join(folder, "app.db");
    const store = libsqlStore({ url: `file:${path}` });
    await store.migrate();
    const scenario = new Scenario(store);
    const limits = { maxActive: null, rate: null, refunds: null };
    let isOver = false;
    let submits = 0;
    const writeUntilOver = async (ownerId: string): Promise<void> => {
      while (!isOver) {
        const id = await scenario.accepted({ ownerId, initialGrant: 1_000_000, limits });
        if (submits % 2 === 0) await store.requestCancel({ ownerId, id });
        submits += 1;
      }
    };
    const writers = Promise.all(["ada", "ben", "cleo"].map(writeUntilOver));
    for (let copy = 0; copy < 5; copy += 1) {
      const before = submits;
      await expect.poll(() => submits, { timeout: 60_000 }).toBeGreaterThan(before + 10);
      const committed = submits;
      const target = join(folder, `copy-${copy}.db`);
      backUp(path, target);
      expect(rowsIn(target)).toBeGreaterThanOrEqual(committed);
      const restored = libsqlStore({ url: `file:${target}` });
      expect(await restored.audit()).toEqual([]);
      await new Scenario(restored).accepted({ id: `gen_00000000-0000-7000-9000-00000000000${copy}`, limits });
      expect(await restored.audit()).toEqual([]);
      await restored.close();
    }
    isOver = true;
    await writers;
    await store.close();
  } finally {
  }
});

function rowsIn(path: string): number {
  const database = new Database(path);
  // The cast is safe: one row with one column.
  const [count] = database.prepare("SELECT count(*) FROM safelight_generations").raw().get() as [number];
  database.close();
  return count;
}
