import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { MountError } from "../http/mount/mount-error.js";
import { defineModel } from "../model/define-model.js";
import { type SetupErrorCode, setupErrorCodes } from "../ports/setup-error.js";
import { importPeer } from "../process/import-peer.js";
import { fileStorage } from "../storage/file-storage.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { createSafelight } from "./create-safelight.js";
import { checkSecrets } from "./secrets.js";

const input = z.object({ prompt: z.string() });
const provider = scriptedProvider<{ readonly prompt: string }>();
const valid = () => ({
  store: libsqlStore({ url: "file:never-opened.db" }),
  storage: memoryStorage(),
  identify: () => null,
  models: { flux: defineModel({ provider, input, credits: 4 }) },
});
/** Options as a host in JavaScript may pass them. */
const create = (options: object) => createSafelight({ ...valid(), ...options } as ReturnType<typeof valid>);

async function migratedFile(change: string): Promise<{ readonly url: string }> {
  const path = join(await tempFolder("setup"), "app.db");
  const store = libsqlStore({ url: `file:${path}` });
  await store.migrate();
  await store.close();
  const database = new Database(path);
  database.exec(change);
  database.close();
  return { url: `file:${path}` };
}

async function ping(options: { readonly url: string }): Promise<void> {
  const store = libsqlStore(options);
  await store.ping().finally(() => store.close());
}

async function migrate(options: { readonly url: string }): Promise<void> {
  const store = libsqlStore(options);
  await store.migrate().finally(() => store.close());
}

const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
const blocking = { ...provider, capabilities: { ...provider.capabilities, resumable: false } };
const incomplete = { ...provider, capabilities: { ...provider.capabilities, cancel: true }, cancel: undefined };

const faults: Readonly<Record<SetupErrorCode, () => unknown>> = {
  option_unknown: () => create({ modles: {} }),
  option_missing: () => fileStorage(undefined as unknown as string),
  option_invalid: () => create({ worker: { leaseMs: 0 } }),
  secret_missing: () => checkSecrets(undefined, "production"),
  secret_short: () => create({ secret: "short" }),
  provider_incomplete: () =>
    create({ models: { flux: defineModel({ provider: incomplete as unknown as typeof provider, input }) } }),
  provider_blocks: () =>
    create({ worker: { mode: "request" }, models: { flux: defineModel({ provider: blocking, input }) } }),
  price_without_credits: () => create({ credits: false }),
  package_missing: () => importPeer("absent", () => Promise.reject(missing)),
  database_url_invalid: () => libsqlStore({ url: ":memory:" }),
  schema_pending: async () =>
    ping(await migratedFile("DELETE FROM safelight_migrations WHERE id = (SELECT max(id) FROM safelight_migrations)")),
  schema_parts_missing: async () => migrate(await migratedFile("DROP TABLE safelight_outbox")),
  schema_unreleased: async () => migrate(await migratedFile("UPDATE safelight_migrations SET hash = ''")),
  mounted_elsewhere: () => {
    throw new MountError("/api/generations");
  },
};

describe("errors in the setup", () => {
  it.each(setupErrorCodes)("have the code %s", async (code) => {
    const error: unknown = await Promise.resolve()
      .then(faults[code])
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code });
  });

  it("keep their classes", () => {
    expect(() => create({ worker: { leaseMs: 0 } })).toThrow(RangeError);
    expect(() => create({ modles: {} })).toThrow(TypeError);
  });
});
