import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@libsql/client";
import Database from "libsql";
import { describe, expect, it, onTestFinished } from "vitest";
import { copyMigrated } from "../../../../testing/copy-migrated.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { createStore } from "./commands/create-store.js";
import type { BatchClient } from "./executor/batch-client.js";
import { BatchExecutor } from "./executor/batch-executor.js";

const script = (name: string): string => fileURLToPath(new URL(`../../../../test/${name}.ts`, import.meta.url));

/** Starts a database server in a process of its own. */
async function startServerProcess() {
  const path = join(await tempFolder("stopped"), "test.db");
  await copyMigrated(path);
  const flags = ["--conditions=@safelight/source", "--import", script("source-imports")];
  const child = spawn(process.execPath, [...flags, script("libsql-server-process"), path], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  const [url] = await Promise.race([once(child, "message"), exited]);
  const countGenerations = (): number => {
    const database = new Database(path);
    try {
      return database.prepare("SELECT id FROM safelight_generations").all().length;
    } finally {
      database.close();
    }
  };
  return { url: String(url), countGenerations, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}

/** A store that gives up early, and the requests that it has sent. */
function openStore(url: string, clockAheadMs: number) {
  const client = createClient({ url, concurrency: Number.POSITIVE_INFINITY });
  const requests: Promise<unknown>[] = [];
  const batch: BatchClient["batch"] = (statements, mode) => {
    const results = client.batch(statements, mode);
    requests.push(results.catch(() => {}));
    return results;
  };
  const options = { random: Math.random, busyTimeoutMs: 1_000, pollMs: 1_000, now: () => Date.now() + clockAheadMs };
  const store = createStore(new BatchExecutor({ client: { batch }, ...options }), { identity: url, options: {} });
  onTestFinished(async () => {
    await store.close();
    client.close();
  });
  return { store, requests };
}

describe("libsqlClientStore on a server that stops and continues", () => {
  it.each([
    ["equal to", 0],
    ["an hour ahead of", 3_600_000],
    ["an hour behind", -3_600_000],
  ])("charges no submit that was refused, with a clock %s the server's", async (_name, clockAheadMs) => {
    const server = await startServerProcess();
    const { store, requests } = openStore(server.url, clockAheadMs);
    const scenario = new Scenario(store);
    // A slow machine may take longer than the store waits.
    await expect.poll(() => scenario.accepted()).toMatch(/^gen_/);
    await Promise.all(requests);
    const acceptedBefore = server.countGenerations();
    const { length: sentBefore } = requests;

    server.kill("SIGSTOP");
    const refused = await Promise.all(Array.from({ length: 20 }, () => scenario.submit().catch((error) => error)));
    expect(refused.filter((error) => !StoreUnavailable.isInstance(error))).toEqual([]);
    expect(requests.length - sentBefore).toBeGreaterThanOrEqual(20);
    server.kill("SIGCONT");
    await Promise.all(requests);

    expect(server.countGenerations()).toBe(acceptedBefore);
    await expect.poll(() => scenario.accepted()).toMatch(/^gen_/);
    expect(await store.audit()).toEqual([]);
  });
});
