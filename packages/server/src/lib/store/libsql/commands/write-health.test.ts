import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import { WriteHealth } from "../../calls/write-health.js";
import type { Command } from "../executor/executor.js";
import { FileExecutor } from "../executor/file-executor.js";
import { openDatabase } from "../executor/open-database.js";
import { writeTrial } from "./create-store.js";

const insert = {
  statements: ["INSERT INTO safelight_settings VALUES (:name, :value)", "SELECT 1"],
  args: { name: "large", value: "x".repeat(50_000) },
};
const pragma = (executor: FileExecutor, name: string) => executor.read([`PRAGMA ${name}`], {});

describe("WriteHealth", () => {
  let folder: string;
  let executor: FileExecutor;
  let health: WriteHealth;
  let time: number;
  let writes: number;
  /** Whether a write never settles, as in a request that the runtime has ended. */
  let hangs: boolean;

  beforeEach(async () => {
    folder = await tempFolder("health");
    const path = join(folder, "test.db");
    const load = async () => openDatabase(Database);
    executor = new FileExecutor({ path, load, synchronous: "normal", busyTimeoutMs: 200, random: Math.random });
    const create = "CREATE TABLE safelight_settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT";
    await executor.write({ statements: [create, "SELECT 1"], args: {} });
    time = 1_000_000;
    writes = 0;
    hangs = false;
    health = new WriteHealth({
      tryWrite: (bytes) => write({ statements: writeTrial, args: { bytes } }),
      now: () => time,
    });
  });

  afterEach(async () => {
    await executor.close();
  });

  function write(command: Command) {
    writes += 1;
    return hangs ? new Promise<never>(() => {}) : executor.write(command);
  }

  async function expectUnhealthy(): Promise<void> {
    const error = await health.check().catch((thrown: unknown) => thrown);
    expect(StoreUnavailable.isInstance(error)).toBe(true);
  }

  it("rejects while the file must not grow, and resolves at the first check after it can", async () => {
    await pragma(executor, "max_page_count = 3");
    await expect(health.run(() => write(insert))).rejects.toThrow(StoreUnavailable);
    await expectUnhealthy();
    time += 1_000;
    await expectUnhealthy();
    await pragma(executor, "max_page_count = 1000");
    time += 1_000;
    await health.check();
  });

  it("rejects on a read-only connection before any command was refused", async () => {
    await pragma(executor, "query_only = 1");
    await expectUnhealthy();
    await pragma(executor, "query_only = 0");
    time += 1_000;
    await health.check();
  });

  it("rejects after a refusal until a trial is accepted, also if a command that changes nothing succeeds", async () => {
    await pragma(executor, "max_page_count = 3");
    await expect(health.run(() => write(insert))).rejects.toThrow(StoreUnavailable);
    const noop = { statements: ["DELETE FROM safelight_settings WHERE name = 'none'", "SELECT 1"], args: {} };
    await health.run(() => write(noop));
    await expectUnhealthy();
    await pragma(executor, "max_page_count = 1000");
    time += 1_000;
    await health.check();
    expect(writes).toBe(3);
  });

  it("does not wait for the trial of another request", async () => {
    hangs = true;
    void health.check();
    hangs = false;
    time += 1_000;
    await health.check();
    expect(writes).toBe(2);
  });

  it("rejects checks within a second of a pending trial if the last write was refused", async () => {
    await pragma(executor, "query_only = 1");
    await expectUnhealthy();
    hangs = true;
    time += 1_000;
    void health.check();
    await expectUnhealthy();
    expect(writes).toBe(2);
  });

  it("tries no write for a minute after a write, and one for concurrent checks", async () => {
    await health.run(() => write(insert));
    time += 59_999;
    await health.check();
    expect(writes).toBe(1);
    time += 1;
    await Promise.all([health.check(), health.check(), health.check()]);
    expect(writes).toBe(2);
  });

  it("writes a value of 16 random bytes, so that each trial changes a page", async () => {
    await health.check();
    const [[row] = []] = await executor.read(["SELECT length(value) AS length FROM safelight_settings"], {});
    expect(row).toEqual({ length: 32 });
  });

  it("tries a write at most once a second while writes are refused", async () => {
    await pragma(executor, "query_only = 1");
    for (let count = 0; count < 5; count += 1) await expectUnhealthy();
    expect(writes).toBe(1);
  });

  it("ignores a constraint violation of a command", async () => {
    await health.run(() => write(insert));
    await expect(health.run(() => write(insert))).rejects.toThrow("UNIQUE");
    await health.check();
    expect(writes).toBe(2);
  });
});
