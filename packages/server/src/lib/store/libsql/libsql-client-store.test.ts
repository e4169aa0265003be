import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { createClient } from "@libsql/client";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import type { Store } from "../../ports/store/store.js";
import { startLibsqlServer } from "../libsql-server/libsql-server.js";
import { libsqlClientStore } from "./libsql-client-store.js";
import { libsqlStore } from "./libsql-store.js";

async function temporaryFile(): Promise<string> {
  return join(await tempFolder("client"), "test.db");
}

/** A store on a server, as each node opens one. */
async function nodeOf(url: string): Promise<Store> {
  const client = createClient({ url });
  const store = await libsqlClientStore({ client });
  onTestFinished(async () => {
    await store.close();
    client.close();
  });
  return store;
}

describe("libsqlClientStore", () => {
  it("creates its tables next to the host's, and does not close the host's client", async () => {
    const client = createClient({ url: `file:${await temporaryFile()}` });
    await client.execute("CREATE TABLE users (id TEXT)");
    const store = await libsqlClientStore({ client });
    await store.migrate();
    const id = await new Scenario(store).accepted();
    await store.close();
    const { rows } = await client.execute("SELECT id FROM safelight_generations");
    expect(rows.map((row) => row.id)).toEqual([id]);
    client.close();
  });

  it("has the same identity as a libsqlStore of the same file, so that the two wake each other", async () => {
    const path = await temporaryFile();
    const client = createClient({ url: `file:${path}` });
    const store = await libsqlClientStore({ client });
    expect(store.identity).toBe(libsqlStore({ url: `file:${path}` }).identity);
    client.close();
  });

  it("commits once the host's client has released the lock", async () => {
    const client = createClient({ url: `file:${await temporaryFile()}` });
    const store = await libsqlClientStore({ client });
    await store.migrate();
    const transaction = await client.transaction("write");
    const submitted = new Scenario(store).accepted();
    await new Promise((resolve) => setImmediate(resolve));
    await transaction.commit();
    expect(await submitted).toMatch(/^gen_/);
    await store.close();
    client.close();
  });

  it("rejects an in-memory database", async () => {
    const client = createClient({ url: ":memory:" });
    await expect(libsqlClientStore({ client })).rejects.toThrow("in memory");
    client.close();
  });

  it("rejects an embedded replica and leaves its file unchanged", async () => {
    const primaryPath = await temporaryFile();
    const primary = createClient({ url: `file:${primaryPath}` });
    await primary.execute("CREATE TABLE users (id TEXT)");
    primary.close();
    const thread = new Worker(new URL("../../../../test/primary-thread.ts", import.meta.url), {
      workerData: primaryPath,
    });
    const [port] = await once(thread, "message");
    const path = await temporaryFile();
    const client = createClient({ url: `file:${path}`, syncUrl: `http://127.0.0.1:${port}` });
    await expect(libsqlClientStore({ client })).rejects.toThrow(/embedded replica.*without `syncUrl`/);
    const { rows } = await client.execute("SELECT name FROM sqlite_schema");
    expect(rows.map((row) => row.name)).toEqual(["users"]);
    client.close();
    await thread.terminate();
  });

  it("rejects an embedded replica of the older protocol by its index file", async () => {
    const path = await temporaryFile();
    const client = createClient({ url: `file:${path}` });
    // A file that such a replica leaves next to its database; the server itself would need gRPC.
    await writeFile(`${path}-client_wal_index`, "");
    await expect(libsqlClientStore({ client })).rejects.toThrow(`${path}-client_wal_index`);
    expect(await readdir(dirname(path))).toEqual(["test.db", "test.db-client_wal_index"]);
    client.close();
  });
});

describe("libsqlClientStore on a server", () => {
  it("audits through the client for long reads, and submits through the other", async () => {
    const server = await startLibsqlServer({ path: await temporaryFile() });
    const [client, longReadClient] = [createClient({ url: server.url }), createClient({ url: server.url })];
    const store = await libsqlClientStore({ client, longReadClient });
    onTestFinished(async () => {
      await store.close();
      client.close();
      longReadClient.close();
      await server.close();
    });
    const batches = vi.spyOn(client, "batch");
    const longBatches = vi.spyOn(longReadClient, "batch");
    await store.migrate();
    await new Scenario(store).accepted();
    expect(longBatches).not.toHaveBeenCalled();
    batches.mockClear();
    expect(await store.audit()).toEqual([]);
    expect(longBatches).toHaveBeenCalled();
    expect(batches).not.toHaveBeenCalled();
  });

  it("checks every second for a commit by another node", async () => {
    const server = await startLibsqlServer({ path: await temporaryFile() });
    onTestFinished(() => server.close());
    const [here, there] = [await nodeOf(server.url), await nodeOf(server.url)];
    await here.migrate();
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let checks = 0;
    onTestFinished(
      here.onForeignCommit(() => {
        checks += 1;
      }),
    );
    await new Scenario(there).accepted();
    vi.advanceTimersByTime(999);
    expect(checks).toBe(0);
    vi.advanceTimersByTime(1);
    expect(checks).toBe(1);
    expect((await here.sequencesOf(["ada"])).sequences.has("ada")).toBe(true);
  });
});

describe("libsqlStore", () => {
  it.each([":memory:", "file::memory:", "file:", "libsql://example.com", "file:a.db?mode=memory"])(
    "rejects the URL %s",
    (url) => {
      expect(() => libsqlStore({ url })).toThrow(TypeError);
    },
  );

  it("names the fix for a wrong URL, without a URL that may contain a token", () => {
    const open = (url: string) => () => libsqlStore({ url });
    expect(open("safelight.db")).toThrow('libsqlStore needs a file: URL: "file:safelight.db"?');
    const server = "libsqlStore needs a file: URL: for libsql: use @safelight/server/libsql-client.";
    expect(open(":memory:")).toThrow('libsqlStore needs the path of a file, such as "file:safelight.db": an in-memory');
    expect(open("libsql://example.com?authToken=secret")).toThrow(server);
  });

  it("opens the file on first use, and names a missing folder then", async () => {
    const store = libsqlStore({ url: "file:/nowhere/at/all.db" });
    await expect(store.migrate()).rejects.toMatchObject({
      name: "StoreUnavailable",
      cause: { message: "Database folder /nowhere/at does not exist: create it or change the url." },
    });
    await store.close();
  });
});
