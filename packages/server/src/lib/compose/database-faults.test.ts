import { rename } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { done, scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { openSmallVolume } from "../../../testing/volumes/small-volume.js";
import { defineModel } from "../model/define-model.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { createSafelight } from "./create-safelight.js";

const origin = "http://localhost/api/generations";

interface Options {
  readonly path: string;
  /** Called with each line of the log. */
  readonly onLog?: (message: string) => void;
}

/** A server as a host composes it, in real time. Closed after the test. */
function compose({ path, onLog = () => {} }: Options) {
  const log = (message: string, fields: object = {}) => onLog(`${message} ${JSON.stringify(fields)}`);
  const provider = scriptedProvider<{ prompt: string }>({ submit: [done()] });
  const safelight = createSafelight({
    store: libsqlStore({ url: `file:${path}` }),
    storage: memoryStorage(),
    identify: () => "ada",
    models: { flux: defineModel({ provider, input: z.object({ prompt: z.string() }) }) },
    secret: "a secret that is long enough for tests",
    limits: { rate: false, maxActive: 10_000 },
    logger: { debug: log, info: log, warn: log, error: log },
  });
  onTestFinished(() => safelight.close());
  const statusOf = async (request: Request) => (await safelight.handler(request)).status;
  return {
    safelight,
    health: () => statusOf(new Request(`${origin}/health`)),
    submit: (key: string, promptLength = 20_000) => {
      const body = JSON.stringify({ model: "flux", input: { prompt: "x".repeat(promptLength) } });
      const headers = { "content-type": "application/json", "idempotency-key": key };
      return statusOf(new Request(origin, { method: "POST", headers, body }));
    },
  };
}

async function serve(options: Options) {
  const server = compose(options);
  await server.safelight.migrate();
  return server;
}

let canMount = false;
beforeAll(async () => {
  const volume = await openSmallVolume();
  canMount = volume !== null;
  await volume?.close();
});

describe("a server whose database refuses writes", () => {
  it("is unhealthy while a full disk refuses every submit, and healthy again within a second after it is freed", async (context) => {
    if (!canMount) context.skip("Mounts are not permitted here.");
    // Room for the schema, its journal and the trial of the health check.
    const volume = await openSmallVolume({ sizeBytes: 2_097_152 });
    if (volume === null) throw new Error("Expected a mounted volume.");
    onTestFinished(() => volume.close());
    const server = await serve({ path: join(volume.folder, "test.db") });
    expect(await server.submit("before")).toBe(202);
    expect(await server.health()).toBe(200);
    await volume.fill(0);
    let refused = 0;
    for (let count = 0; count < 20; count += 1) if ((await server.submit(`key-${count}`)) === 503) refused += 1;
    expect(refused).toBeGreaterThan(10);
    expect(await server.health()).toBe(503);
    await volume.free();
    expect(await server.submit("after")).toBe(202);
    // A write is tried at most once a second.
    await expect.poll(() => server.health(), { timeout: 60_000 }).toBe(200);
  });

  it("is unhealthy and claims nothing while its file is moved, and continues once the file is back", async () => {
    const folder = await tempFolder("faults");
    const path = join(folder, "test.db");
    const lines: string[] = [];
    let onOutage = () => {};
    const outage = new Promise<void>((resolve) => {
      onOutage = resolve;
    });
    const server = await serve({
      path,
      onLog: (line) => {
        lines.push(line);
        if (line.startsWith("The store is unavailable")) onOutage();
      },
    });
    expect(await server.submit("before")).toBe(202);
    await rename(path, join(folder, "elsewhere"));
    expect(await server.submit("during")).toBe(503);
    expect(await server.health()).toBe(503);
    server.safelight.worker.start();
    await outage;
    const [line = "", ...more] = lines.filter((each) => each.startsWith("The store is unavailable"));
    expect(line).toContain("test.db was removed or moved while the database was in use");
    expect(more).toEqual([]);
    await rename(join(folder, "elsewhere"), path);
    expect(await server.submit("during")).toBe(202);
    await expect.poll(() => server.health(), { timeout: 60_000 }).toBe(200);
    await expect
      .poll(() => lines.some((each) => each.startsWith("The store is available again")), { timeout: 30_000 })
      .toBe(true);
    expect(await server.safelight.audit()).toEqual([]);
  });
});

describe("a server whose database belongs to a newer release", () => {
  it("responds with 503 and its own code, and logs the required migration", async () => {
    const folder = await tempFolder("faults");
    const path = join(folder, "test.db");
    const current = libsqlStore({ url: `file:${path}` });
    await current.migrate();
    await current.close();
    const database = new Database(path);
    database.exec("INSERT INTO safelight_migrations VALUES (99, 'rename-everything', 99, 'hash', 0)");
    database.close();
    const lines: string[] = [];
    const server = compose({ path, onLog: (line) => lines.push(line) });
    for (const status of [server.submit("key"), server.health()]) expect(await status).toBe(503);
    const response = await server.safelight.handler(new Request(`${origin}/active`));
    expect(await response.json()).toMatchObject({ status: 503, code: "schema_too_new", retryable: true });
    expect(response.headers.get("retry-after")).toBe("5");
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toContain("needs migration 99 (rename-everything), this release knows");
  });
});
