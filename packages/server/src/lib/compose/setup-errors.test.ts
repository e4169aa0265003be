import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { createAdmin } from "../admin/create-admin.js";
import { MountError } from "../http/mount/mount-error.js";
import { defineModel } from "../model/define-model.js";
import { type SetupErrorCode, setupErrorCodes, withSetupCode } from "../ports/setup-error.js";
import { importPeer } from "../process/import-peer.js";
import { custom } from "../provider/custom/custom.js";
import { fal } from "../provider/fal/fal.js";
import { fileStorage } from "../storage/file-storage.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { postgresStore } from "../store/postgres/postgres-store.js";
import { refuseSettings } from "../store/postgres/schema/refuse-settings.js";
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
  database_settings: () => refuseSettings({ encoding: "LATIN1", isolation: "read committed" }),
  schema_pending: async () =>
    ping(await migratedFile("DELETE FROM safelight_migrations WHERE id = (SELECT max(id) FROM safelight_migrations)")),
  schema_parts_missing: async () => migrate(await migratedFile("DROP TABLE safelight_outbox")),
  schema_unreleased: async () => migrate(await migratedFile("UPDATE safelight_migrations SET hash = ''")),
  mounted_elsewhere: () => {
    throw new MountError("/api/generations");
  },
};

/** The messages of the docs by code, as patterns: `…` stands for any text. */
const documented = new Map(
  [
    ...readFileSync(new URL("../../../../../docs/errors.md", import.meta.url), "utf8").matchAll(
      /^\| `(\w+)` \| `+(.+?)`+ \| .+ \| .+ \|$/gm,
    ),
  ].map(([, code = "", message = ""]) => [code, new RegExp(`^${message.split("…").map(escapeRegExp).join("[^]*")}$`)]),
);

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

describe("errors in the setup", () => {
  it.each(setupErrorCodes)("have the code %s, the address of its page, and the message of the docs", async (code) => {
    const error: unknown = await Promise.resolve()
      .then(faults[code])
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code, docs: expect.stringMatching(`^https://.+/setup/${code}$`) });
    expect((error as Error).message).toMatch(documented.get(code) ?? /^$/);
  });

  it("print the code and the address in a terminal", () => {
    const error = withSetupCode("secret_short", new TypeError("A secret must have at least 32 characters."));
    expect(inspect(error)).toMatch(/code: 'secret_short',\s+docs: 'https:\/\/.+\/setup\/secret_short'/);
  });

  it("have a code without identify, and without authorize", () => {
    const missing = expect.objectContaining({ code: "option_missing" });
    expect(() => create({ identify: undefined })).toThrow(missing);
    const open = { basePath: "/admin" } as unknown as Parameters<typeof createAdmin>[1];
    expect(() => createAdmin(create({}), open)).toThrow(missing);
  });

  it("keep their classes", () => {
    expect(() => create({ worker: { leaseMs: 0 } })).toThrow(RangeError);
    expect(() => create({ modles: {} })).toThrow(TypeError);
  });

  const invalid: Readonly<Record<string, () => unknown>> = {
    "a refund of an unknown case": () => defineModel({ provider, input, refunds: { lost: 50 } as object }),
    "a refund of half a percent": () => defineModel({ provider, input, refunds: { canceled: 0.5 } }),
    "a priority of ten": () => defineModel({ provider, input, priority: 10 }),
    "limits of a provider": () =>
      create({ models: { flux: defineModel({ provider: { ...provider, limits: { concurrency: 0 } }, input }) } }),
    "a source type": () =>
      create({ models: { flux: defineModel({ provider: { ...provider, digitalSourceType: "x" as never }, input }) } }),
    "a rule for failed checks": () => create({ onCheckError: "retry" }),
    "a mark": () => create({ provenance: { mark: true } }),
    "a system of marks": () => create({ provenance: { system: "" } }),
    "the start of a worker in request mode": () => create({ worker: { mode: "request" } }).worker.start(),
    "an id of an own provider": () => custom({ id: "Mine!", run: () => Promise.reject(new Error()) }),
    "an operator page of another object": () => createAdmin({} as ReturnType<typeof create>, { authorize: () => null }),
    "a URL of a vendor": () => fal("fal-ai/flux/dev", { baseUrl: "ftp://fal.example" }),
    "a model without a name": () => fal(""),
    "a client of Postgres": () => postgresStore({ client: "postgres://localhost" as never }),
  };

  it.each(Object.entries(invalid))("have a code for %s", (_, fault) => {
    expect(fault).toThrow(expect.objectContaining({ code: "option_invalid" }));
  });
});
