import { copyFile, mkdir, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import Database from "libsql";
import sharp from "sharp";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { tinyPng } from "../../../testing/tiny-png.js";
import { createSafelight } from "../compose/create-safelight.js";
import { defineModel } from "../model/define-model.js";
import { fileStorage } from "../storage/file-storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { runCommand } from "./run-command.js";

const ada = { ownerId: "ada" };
const longAgo = (Date.now() - 8 * 86_400_000) / 1_000;
const young = `${"f".repeat(32)}/0-${"a".repeat(64)}`;

/** Noise, so that its thumbnail is smaller and is stored. */
const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
const create = { width: 300, height: 300, channels: 3, background: "gray", noise } as const;
const image = { bytes: await sharp({ create }).png().toBuffer(), contentType: "image/png" };

describe("safelight sweep", () => {
  let folder: string;
  let media: string;
  let database: string;
  /** Whether the vendor keeps running jobs whose prompt starts with "slow". */
  let isVendorSlow: boolean;

  beforeEach(async () => {
    folder = await tempFolder("sweep");
    media = join(folder, "media");
    database = join(folder, "app.db");
    isVendorSlow = true;
  });

  /** A server with a worker, on the real clock. */
  function start() {
    const provider = scriptedProvider<{ readonly prompt: string }>({
      poll: [
        ({ input: { prompt } }) =>
          isVendorSlow && prompt.startsWith("slow")
            ? { type: "running", progress: null, pollAfterMs: 20 }
            : { type: "done", outputs: [image] },
      ],
    });
    const input = z.object({ prompt: z.string() });
    const store = libsqlStore({ url: `file:${database}` });
    const storage = fileStorage(media);
    const safelight = createSafelight({
      store,
      storage,
      identify: () => "ada",
      models: { poster: defineModel({ provider, input, credits: 4 }) },
      secret: "a secret that is long enough for tests",
      credits: { initialGrant: 1_000 },
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
    let isOpen = true;
    const close = async (): Promise<void> => {
      if (!isOpen) return;
      isOpen = false;
      await safelight.close();
    };
    onTestFinished(close);
    safelight.worker.start();
    const submit = async (prompt: string): Promise<string> => {
      const submitted = await safelight.api.submit(ada, "poster", { prompt });
      return submitted.generation.id;
    };
    const statusOf = async (id: string) => (await safelight.api.get(ada, id)).status;
    const completed = (id: string) => expect.poll(() => statusOf(id), { timeout: 60_000 }).toBe("completed");
    return { safelight, store, storage, close, completed, statusOf, submit };
  }
  type Server = ReturnType<typeof start>;

  const generate = async ({ completed, submit }: Server, ...prompts: readonly string[]): Promise<readonly string[]> => {
    const ids = await Promise.all(prompts.map(submit));
    for (const id of ids) await completed(id);
    return ids;
  };
  const mediaKeys = async (): Promise<readonly string[]> => {
    const keys: string[] = [];
    for await (const { key } of fileStorage(media).list?.() ?? []) keys.push(key);
    return keys.toSorted();
  };
  const backUp = (target: string): void => {
    const connection = new Database(database, { timeout: 60_000 });
    connection.exec(`VACUUM INTO '${target}'`);
    connection.close();
  };
  const run = (...args: readonly string[]) => runCommand(["sweep", `file:${database}`, "--media", media, ...args], {});
  /** Sets the age of all files to eight days. */
  const age = async (): Promise<void> => {
    for (const key of await mediaKeys()) await utimes(join(media, key), longAgo, longAgo);
  };
  const readAll = async (server: Server, id: string): Promise<void> => {
    const stored = await server.store.getOutput({ id, index: 0 });
    expect(stored).not.toBeNull();
    for (const record of [stored, stored?.thumbnail ?? null]) {
      if (record === null) continue;
      const object = await server.storage.get(record.storageKey);
      const bytes = await new Response(object?.body ?? null).arrayBuffer();
      expect(bytes.byteLength).toBe(record.byteLength);
    }
  };

  it("removes exactly the files that were stored after the restored backup", { timeout: 120_000 }, async () => {
    const before = start();
    const kept = await generate(before, "a lake", "a wood");
    const upload = await before.safelight.api.uploadInput(ada, tinyPng(1));
    const active = await before.submit("slow hills");
    await expect.poll(() => before.statusOf(active), { timeout: 60_000 }).not.toBe("pending");
    backUp(join(folder, "backup.db"));
    const keysAtBackup = await mediaKeys();
    const { storagePrefix } = (await before.store.get({ ownerId: "ada", id: active })) ?? {};

    await generate(before, "a tower", "a bridge");
    await before.safelight.api.uploadInput(ada, tinyPng(2));
    isVendorSlow = false;
    await before.completed(active);
    await before.close();
    for (const suffix of ["", "-wal", "-shm"]) await rm(`${database}${suffix}`, { force: true });
    await copyFile(join(folder, "backup.db"), database);
    await age();
    await mkdir(dirname(join(media, young)));
    await writeFile(join(media, young), "young");
    await writeFile(join(media, "notes.txt"), "foreign");

    const stored = await mediaKeys();
    const orphans = stored.filter(
      (key) =>
        !keysAtBackup.includes(key) && ![young, "notes.txt"].includes(key) && !key.startsWith(`${storagePrefix}/`),
    );
    // Two outputs and an upload, next to thumbnails.
    expect(orphans.length).toBeGreaterThanOrEqual(3);
    const listing = await run("--dry-run", "--json");
    expect(listing).toMatchObject({ exitCode: 0, errors: "" });
    const listed = JSON.parse(listing.output);
    expect(listed.orphans.map(({ key }: { key: string }) => key).toSorted()).toEqual(orphans);
    expect(listed).toMatchObject({ recent: 1, foreign: 1, removed: 0 });
    expect(await mediaKeys()).toEqual(stored);

    const swept = await run();
    expect(swept.output).toContain(`${orphans.length} files without a row (`);
    expect(swept.output).toContain(`, ${orphans.length} removed.`);
    expect(swept).toMatchObject({ exitCode: 0, errors: "" });
    expect(await mediaKeys()).toEqual(stored.filter((key) => !orphans.includes(key)));
    expect(JSON.parse((await run("--json")).output)).toMatchObject({ orphans: [], removed: 0 });

    const after = start();
    await after.completed(active);
    for (const id of [...kept, active]) await readAll(after, id);
    const input = await after.store.getInput({ id: upload.id });
    expect(await after.storage.get(input?.storageKey ?? "")).not.toBeNull();
    expect(await after.safelight.audit()).toEqual([]);
  });

  it("prints one line for each file", async () => {
    const server = start();
    await generate(server, "a lake");
    await server.close();
    const inUse = (await mediaKeys()).length;
    const orphan = `${"e".repeat(32)}/0-${"a".repeat(64)}`;
    await mkdir(dirname(join(media, orphan)));
    await writeFile(join(media, orphan), "orphan");
    await age();
    const { output } = await run("--dry-run", "--grace-days", "1");
    const time = new Date(Math.floor(longAgo * 1_000)).toISOString();
    expect(output).toBe(
      `${orphan}  6  ${time}\n1 files without a row (6 bytes), none removed.\n${inUse} in use, 0 without a row but younger than 1 days, 0 not written by Safelight.\n`,
    );
    expect((await run("--grace-days", "9")).output).toContain("1 without a row but younger than 9 days");
    expect(await mediaKeys()).toContain(orphan);
  });

  it("exits with 2 and removes nothing if the folder or the database is the wrong one", async () => {
    const server = start();
    await server.safelight.migrate();
    await server.close();
    await mkdir(dirname(join(media, young)), { recursive: true });
    await writeFile(join(media, young), "of another installation");
    await age();
    expect(await run()).toMatchObject({
      exitCode: 2,
      output: "",
      errors: expect.stringContaining("No row refers to any"),
    });
    expect(await mediaKeys()).toEqual([young]);
    const elsewhere = await runCommand(["sweep", `file:${database}`, "--media", join(folder, "other")], {});
    expect(elsewhere).toEqual({
      exitCode: 2,
      output: "",
      errors: `Could not sweep the media: There is no folder ${join(folder, "other")}.\n`,
    });
    const missing = await runCommand(["sweep", `file:${database}.old`, "--media", media], {});
    expect(missing).toMatchObject({ exitCode: 2, errors: expect.stringContaining("No database at") });
  });

  it.each([
    [["sweep", "file:a.db"], "Pass the folder of the media: --media ./media"],
    [
      ["sweep", "file:a.db", "--media", "m", "--grace-days", "0.5"],
      "--grace-days must be a number of days, at least 1.",
    ],
    [
      ["sweep", "file:a.db", "--media", "m", "--grace-days", "soon"],
      "--grace-days must be a number of days, at least 1.",
    ],
    [["sweep", "--media", "m"], "Pass the URL of one database."],
    [["sweep", "file:a.db", "--media", "m", "--force"], "--force"],
  ])("prints the error and the usage for %j", async (args, reason) => {
    const { exitCode, errors } = await runCommand(args, {});
    expect(exitCode).toBe(2);
    expect(errors).toContain(reason);
  });
});
