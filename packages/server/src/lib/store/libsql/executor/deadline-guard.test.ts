import { join } from "node:path";
import { createClient } from "@libsql/client";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import type { BatchClient, BatchStatement } from "./batch-client.js";
import { BatchExecutor } from "./batch-executor.js";

const hourMs = 3_600_000;

/** A database in a file, as a server that the test stops, and whose clock the test sets. */
async function openServer(aheadMs = 0) {
  const file = createClient({ url: `file:${join(await tempFolder("late"), "test.db")}` });
  onTestFinished(() => file.close());
  await file.execute("CREATE TABLE numbers (value INTEGER)");
  const server = { aheadMs, continued: Promise.resolve(), sent: 0, settled: [] as Promise<unknown>[] };
  const run = async (statements: BatchStatement[], mode: "read" | "write") => {
    await server.continued;
    const clock = `(unixepoch('subsec') + ${server.aheadMs / 1_000})`;
    return file.batch(
      statements.map(({ sql, args }) => ({ sql: sql.replaceAll("unixepoch('subsec')", clock), args })),
      mode,
    );
  };
  const client: BatchClient = {
    batch(statements, mode) {
      server.sent += 1;
      const results = run(statements, mode);
      server.settled.push(results.catch(() => {}));
      return results;
    },
  };
  const executor = new BatchExecutor({ client, random: () => 0, busyTimeoutMs: 5_000, pollMs: 1_000, now: Date.now });
  const insert = (value: number) =>
    executor.write({ statements: ["INSERT INTO numbers VALUES (:value)", "SELECT 1 AS one"], args: { value } });
  const values = async () => (await file.execute("SELECT value FROM numbers")).rows.map(({ value }) => value);
  /** Gives up a command of a stopped server, which continues after that. */
  const insertWhileStopped = async (value: number): Promise<unknown> => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      let proceed = () => {};
      server.continued = new Promise((resolve) => {
        proceed = resolve;
      });
      const refused = insert(value).catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(5_000);
      const error = await refused;
      server.aheadMs += 5_001;
      proceed();
      await Promise.all(server.settled);
      return error;
    } finally {
      vi.useRealTimers();
    }
  };
  return { server, executor, insert, insertWhileStopped, values };
}

describe("DeadlineGuard", () => {
  it.each([
    ["equal to", 0],
    ["an hour ahead of", hourMs],
    ["an hour behind", -hourMs],
  ])("rolls back a command that was given up, with a server's clock %s that of the process", async (_name, aheadMs) => {
    const { insert, insertWhileStopped, values } = await openServer(aheadMs);
    expect(await insert(1)).toEqual([{ one: 1 }]);
    expect(StoreUnavailable.isInstance(await insertWhileStopped(2))).toBe(true);
    await insert(3);
    expect(await values()).toEqual([1, 3]);
  });

  it("sends a command again, and commits it once, after the server's clock has jumped ahead", async () => {
    const { server, insert, values } = await openServer();
    await insert(1);
    server.aheadMs += hourMs;
    expect(await insert(2)).toEqual([{ one: 1 }]);
    expect(server.sent).toBe(3);
    await insert(3);
    expect(server.sent).toBe(4);
    expect(await values()).toEqual([1, 2, 3]);
  });

  it("rolls back a command that was given up after the server's clock has jumped back", async () => {
    const { server, insert, insertWhileStopped, values } = await openServer();
    await insert(1);
    server.aheadMs -= hourMs;
    await insert(2);
    await insertWhileStopped(3);
    expect(await values()).toEqual([1, 2]);
    expect(server.sent).toBe(3);
  });

  it("reports a database that begins each command too late", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const batch = () => Promise.reject(new Error("SQLITE_ERROR: bad JSON path: 'safelight late 1800000000000'"));
    const executor = new BatchExecutor({ client: { batch }, random: () => 0.9, busyTimeoutMs: 5_000, pollMs: 1_000 });
    const refused = executor.write({ statements: ["SELECT 1"], args: {} }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5_000);
    const message = "The database began the command too late: it was stopped or overloaded, or its clock jumped.";
    expect(await refused).toMatchObject({ name: "StoreUnavailable", message });
  });

  it("guards no read", async () => {
    const { server, executor } = await openServer();
    server.aheadMs += hourMs;
    expect(await executor.read(["SELECT 1 AS one"], {})).toEqual([[{ one: 1 }]]);
    expect(server.sent).toBe(1);
  });
});
