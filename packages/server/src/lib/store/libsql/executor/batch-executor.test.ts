import { join } from "node:path";
import { createClient } from "@libsql/client";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import { createStore } from "../commands/create-store.js";
import type { BatchClient } from "./batch-client.js";
import { BatchExecutor, type BatchExecutorOptions } from "./batch-executor.js";

function executorOn(client: BatchClient, change: Partial<BatchExecutorOptions> = {}): BatchExecutor {
  return new BatchExecutor({ client, random: Math.random, busyTimeoutMs: 50, pollMs: 5, ...change });
}

const select = { statements: ["SELECT 1 AS one"], args: {} };

describe("BatchExecutor", () => {
  it("times out on a client that never responds, and can be closed", async () => {
    const executor = executorOn({ batch: () => new Promise(() => {}) });
    const refused = await executor.write(select).catch((error) => error);
    expect(StoreUnavailable.isInstance(refused)).toBe(true);
    await executor.close();
  });

  it("waits longer for a long read", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const executor = executorOn({
      batch: async () => {
        await new Promise((resolve) => setTimeout(resolve, 300_000));
        return [{ rows: [{ one: 1 }], columns: ["one"] }];
      },
    });
    const rows = executor.readLong(["SELECT 1 AS one"], {});
    const refused = executor.read(["SELECT 1 AS one"], {}).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(await rows).toEqual([[{ one: 1 }]]);
    expect(StoreUnavailable.isInstance(await refused)).toBe(true);
  });

  it("sends a long read, and no other call, through the client for long reads", async () => {
    const clientOf = (name: string): BatchClient => ({
      batch: async (statements) => statements.map(() => ({ rows: [{ now: Date.now(), name }], columns: ["name"] })),
    });
    const executor = executorOn(clientOf("short"), { longReadClient: clientOf("long"), busyTimeoutMs: 5_000 });
    expect(await executor.readLong(select.statements, {})).toEqual([[{ name: "long" }]]);
    expect(await executor.read(select.statements, {})).toEqual([[{ name: "short" }]]);
    expect(await executor.write(select)).toEqual([{ name: "short" }]);
  });

  it("stops polling when it closes", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const executor = executorOn({ batch: async () => [] });
    executor.onForeignCommit(() => {});
    expect(vi.getTimerCount()).toBe(1);
    await executor.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("reports the error of the client although the last try timed out", async () => {
    const refused = new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:8080") });
    let tries = 0;
    const executor = executorOn({
      batch: () => {
        tries += 1;
        return tries === 1 ? Promise.reject(refused) : new Promise(() => {});
      },
    });
    await expect(executor.write(select)).rejects.toMatchObject({ cause: refused });
  });

  it("retries a command until the client responds", async () => {
    let tries = 0;
    const executor = executorOn(
      {
        batch: async () => {
          tries += 1;
          if (tries < 3) throw new TypeError("fetch failed");
          return [
            { rows: [{ now: Date.now() }], columns: ["now"] },
            { rows: [{ one: 1 }], columns: ["one"] },
          ];
        },
      },
      { busyTimeoutMs: 5_000 },
    );
    expect(await executor.write(select)).toEqual([{ one: 1 }]);
    expect(tries).toBe(3);
  });

  it("does not retry a command that violates a constraint", async () => {
    let tries = 0;
    const executor = executorOn({
      batch: async () => {
        tries += 1;
        throw Object.assign(new Error("UNIQUE constraint failed"), { code: "SQLITE_CONSTRAINT_UNIQUE" });
      },
    });
    await expect(executor.write(select)).rejects.toThrow("UNIQUE");
    expect(tries).toBe(1);
  });

  it("reads integers from a client that returns them as bigint", async () => {
    const folder = await tempFolder("bigint");
    const client = createClient({ url: `file:${join(folder, "test.db")}`, intMode: "bigint" });
    const store = createStore(executorOn(client, { busyTimeoutMs: 5_000 }), { identity: folder, options: {} });
    await store.migrate();
    const grant = { accountId: "ada", kind: "grant", amount: 7, reason: null, key: "a", initialGrant: 0 } as const;
    expect(await store.adjust(grant)).toMatchObject({ type: "applied", balance: 7 });
    expect(await store.adjust(grant)).toMatchObject({ type: "replayed", balance: 7 });
    await store.close();
    client.close();
  });

  it("polls with one timer per listener, and clears it when the listener unsubscribes", () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const executor = executorOn({ batch: () => Promise.reject(new Error("not called")) });
    const calls: string[] = [];
    const stopFirst = executor.onForeignCommit(() => calls.push("first"));
    const stopSecond = executor.onForeignCommit(() => calls.push("second"));
    expect(vi.getTimerCount()).toBe(2);
    vi.advanceTimersByTime(5);
    stopFirst();
    vi.advanceTimersByTime(5);
    stopSecond();
    expect(vi.getTimerCount()).toBe(0);
    expect(calls).toEqual(["first", "second", "second"]);
  });

  it("polls for foreign commits if timers are plain numbers, as on Cloudflare Workers", async () => {
    const { setInterval } = globalThis;
    vi.stubGlobal("setInterval", (work: () => void, ms: number) => Number(setInterval(work, ms)));
    try {
      const executor = executorOn({ batch: async () => [] });
      const notified = new Promise<void>((resolve) => {
        const stop = executor.onForeignCommit(() => {
          stop();
          resolve();
        });
      });
      await notified;
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
