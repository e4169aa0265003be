import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { done, scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { putBytes } from "../../../testing/put-bytes.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { openRemovableVolume } from "../../../testing/volumes/removable-volume.js";
import { createSafelight } from "../compose/create-safelight.js";
import { defineModel } from "../model/define-model.js";
import type { Storage } from "../ports/storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { fileStorage } from "./file-storage.js";

/** A folder that a test can unmount and mount again. */
interface Subject {
  /** The root of the storage. */
  readonly root: string;
  /** The files of the root while it is unmounted. */
  readonly away: string;
  detach(): Promise<void>;
  attach(): Promise<void>;
}

async function movedFolder(): Promise<Subject> {
  const parent = await tempFolder("files");
  const [root, away] = [join(parent, "media"), join(parent, "away")];
  return { root, away, detach: () => rename(root, away), attach: () => rename(away, root) };
}

async function replacedFolder(): Promise<Subject> {
  const { root, away, ...moved } = await movedFolder();
  const detach = async () => {
    await moved.detach();
    await mkdir(root);
  };
  const attach = async () => {
    await rm(root, { recursive: true });
    await moved.attach();
  };
  return { root, away, detach, attach };
}

async function volume(below: string): Promise<Subject | null> {
  const opened = await openRemovableVolume();
  if (opened === null) return null;
  onTestFinished(() => opened.close());
  const { attach, content, detach, folder } = opened;
  return { root: join(folder, below), away: join(content, below), attach, detach };
}

const subjects = [
  ["a folder that was moved", movedFolder],
  ["a folder that was replaced by an empty one", replacedFolder],
  ["the root of an unmounted volume", () => volume("")],
  ["a folder of an unmounted volume", () => volume("media")],
] as const;

const bytes = new Uint8Array(100);
const missing = "was moved, unmounted or replaced";

describe.each(subjects)("fileStorage on %s", (_name, open) => {
  const setUp = async (skip: (note: string) => never): Promise<Subject & { readonly storage: Storage }> => {
    const subject = (await open()) ?? skip("Mounts are not permitted here.");
    return { ...subject, storage: fileStorage(subject.root) };
  };

  it("stores nothing while the folder is away, and stores again once it is back", async ({ skip }) => {
    const { root, detach, attach, storage } = await setUp(skip);
    await putBytes(storage, "r4nd/0", bytes);
    await detach();
    await expect(putBytes(storage, "r4nd/1", bytes)).rejects.toThrow(missing);
    expect(await readdir(root).catch(() => [])).toEqual([]);
    await attach();
    await putBytes(storage, "r4nd/1", bytes);
    expect((await fileStorage(root).get("r4nd/1"))?.byteLength).toBe(100);
  });

  it("rejects reads, listings and deletions while the folder is away, also in a process that has only read", async ({
    skip,
  }) => {
    const { root, detach, attach, storage } = await setUp(skip);
    await putBytes(storage, "r4nd/0", bytes);
    const reader = fileStorage(root);
    await (await reader.get("r4nd/0"))?.body.cancel();
    await detach();
    for (const each of [storage, reader]) {
      await expect(each.get("r4nd/0")).rejects.toThrow(missing);
      await expect(each.delete("r4nd/0")).rejects.toThrow(missing);
      await expect(each.deleteAll("r4nd")).rejects.toThrow(missing);
      await expect(each.ping?.()).rejects.toThrow(missing);
      const list = async () => {
        for await (const object of each.list?.() ?? []) void object;
      };
      await expect(list()).rejects.toThrow(missing);
    }
    await attach();
    await reader.ping?.();
    expect((await reader.get("r4nd/0"))?.byteLength).toBe(100);
    expect(await reader.get("r4nd/1")).toBe(null);
    await reader.delete("r4nd/0");
    expect(await reader.get("r4nd/0")).toBe(null);
  });

  it("sends no paid request and confirms no deletion while the folder is away", async ({ skip }) => {
    const { away, detach, attach, storage } = await setUp(skip);
    const server = await serve(storage);
    const kept = await server.submit();
    await server.untilCompleted(kept);
    await detach();
    await server.remove(kept);
    const waiting = await server.submit();
    await server.untilLogged("Could not delete stored bytes; retrying.");
    await server.untilLogged("The storage refuses writes: generations wait, and no paid request is sent.");
    expect(await server.statusOf(waiting)).toBe("pending");
    expect(server.paid()).toBe(1);
    expect(await server.health()).toBe(503);
    expect((await readdir(away)).filter((name) => !name.startsWith("~"))).toHaveLength(1);
    await attach();
    expect(await server.health()).toBe(200);
    await server.untilCompleted(waiting);
    expect(server.paid()).toBe(2);
  });
});

/** A server with a worker, in real time. */
async function serve(storage: Storage) {
  const folder = await tempFolder("files");
  const logs: string[] = [];
  const log = (message: string, fields: object = {}): void => void logs.push(`${message} ${JSON.stringify(fields)}`);
  const provider = scriptedProvider<{ prompt: string }>({ submit: [done()] });
  const safelight = createSafelight({
    store: libsqlStore({ url: `file:${join(folder, "test.db")}` }),
    storage,
    identify: () => "ada",
    models: {
      flux: defineModel({
        provider,
        input: z.object({ prompt: z.string() }),
      }),
    },
    secret: "a secret that is long enough for tests",
    logger: { debug: log, info: log, warn: log, error: log },
  });
  onTestFinished(async () => {
    await safelight.close();
  });
  safelight.worker.start();
  const request = (path: string, init?: RequestInit): Promise<Response> =>
    safelight.handler(new Request(`http://localhost/api/generations${path}`, init));
  const statusOf = async (id: string): Promise<unknown> =>
    Object(Object((await (await request(`/${id}`)).json()) as unknown).generation).status;
  let submitted = 0;
  return {
    statusOf,
    health: async () => (await request("/health")).status,
    remove: async (id: string) => expect((await request(`/${id}`, { method: "DELETE" })).status).toBe(204),
    submit: async (): Promise<string> => {
      submitted += 1;
      const headers = { "content-type": "application/json", "idempotency-key": `key-${submitted}` };
      const body = JSON.stringify({ model: "flux", input: { prompt: "x" } });
      const response = await request("", { method: "POST", headers, body });
      return Object(Object((await response.json()) as unknown).generation).id;
    },
    untilCompleted: (id: string) => expect.poll(() => statusOf(id), { timeout: 20_000 }).toBe("completed"),
    untilLogged: (line: string) =>
      expect
        .poll(() => logs.some((each) => each.startsWith(line) && each.includes(missing)), { timeout: 20_000 })
        .toBe(true),
    /** Paid requests so far. */
    paid: () => provider.submits.length,
  };
}
