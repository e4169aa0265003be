import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tempFolder } from "../../../testing/temp-folder.js";
import { generationOf, testModels, testServer } from "../../../testing/test-server.js";
import type { Logger } from "../ports/logger.js";
import { StoreUnavailable } from "../ports/store/store-unavailable.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { createSafelight } from "./create-safelight.js";
import { safeLogger } from "./safe-logger.js";

const levels = ["debug", "info", "warn", "error"] as const;

function loggerOf(write: Logger["info"]): Logger {
  return { debug: write, info: write, warn: write, error: write };
}

const throwing = loggerOf(() => {
  throw new Error("the disk of the log is full");
});

describe("safeLogger", () => {
  it("passes each line unchanged to the method of the logger", () => {
    const lines: unknown[] = [];
    class HostLogger {
      readonly prefix = "host";
      debug = (...line: unknown[]) => lines.push(["debug", ...line]);
      info(...line: unknown[]) {
        lines.push([this.prefix, ...line]);
      }
      warn = (...line: unknown[]) => lines.push(["warn", ...line]);
      error = (...line: unknown[]) => lines.push(["error", ...line]);
    }
    const logger = safeLogger(new HostLogger());
    logger.debug("one", { event: "lease.not_renewed" });
    logger.info("two", { event: "store.recovered", id: 2 });
    logger.warn("three", { event: "store.unavailable", id: 3 });
    logger.error("four", { event: "worker.failed" });
    expect(lines).toEqual([
      ["debug", "one", { event: "lease.not_renewed" }],
      ["host", "two", { event: "store.recovered", id: 2 }],
      ["warn", "three", { event: "store.unavailable", id: 3 }],
      ["error", "four", { event: "worker.failed" }],
    ]);
  });

  it("cuts a long field", () => {
    const lines: unknown[] = [];
    safeLogger(loggerOf((...line) => lines.push(line))).warn("a line", {
      ...{ event: "worker.failed", id: 1 },
      error: "x".repeat(20_000),
    });
    expect(lines).toEqual([["a line", { event: "worker.failed", id: 1, error: `${"x".repeat(15_999)}…` }]]);
  });

  it.each(levels)("drops a line of level %s when the host's logger throws", (level) => {
    expect(() => safeLogger(throwing)[level]("a line", { event: "worker.failed" })).not.toThrow();
  });

  it.each(levels)("drops a line of level %s when the host's logger rejects", async (level) => {
    const rejecting = loggerOf(() => Promise.reject(new Error("the collector is unavailable")));
    safeLogger(rejecting)[level]("a line", { event: "worker.failed" });
    // An unhandled rejection fails the run.
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe("a server whose logger throws", () => {
  it("keeps its worker during an outage of the store", async () => {
    const server = await testServer({ logger: throwing });
    const { id } = await server.as("ann").submit();
    const { claim } = server.store;
    let isDown = true;
    server.store.claim = (command) =>
      isDown ? Promise.reject(new StoreUnavailable("unavailable")) : claim.call(server.store, command);
    server.safelight.worker.start();
    await server.clock.advance(1_000);
    isDown = false;
    await server.clock.advance(60_000);
    expect(await generationOf(await server.as("ann").get(`/${id}`))).toMatchObject({ status: "completed" });
  });
});

describe("a server whose worker cannot be stopped cleanly", () => {
  it("closes the database and rejects with the error", async () => {
    const folder = await tempFolder("close");
    const store = libsqlStore({ url: `file:${join(folder, "test.db")}` });
    store.onForeignCommit = () => () => {
      throw new Error("the watcher failed");
    };
    const safelight = createSafelight({ store, storage: memoryStorage(), identify: () => null, models: testModels });
    await safelight.migrate();
    safelight.worker.start();
    await expect(safelight.close()).rejects.toThrow("the watcher failed");
    await expect(store.listCredits({ accountId: "ann", limit: 1, before: null })).rejects.toThrow();
  });
});
