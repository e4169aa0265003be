import { once } from "node:events";
import { rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import type { ModelMap } from "@safelight/client/contract";
import Database from "libsql";
import type { Api } from "../../src/lib/api/api.js";
import { createSafelight } from "../../src/lib/compose/create-safelight.js";
import { defineModel } from "../../src/lib/model/define-model.js";
import { memoryStorage } from "../../src/lib/storage/memory-storage.js";
import { libsqlStore } from "../../src/lib/store/libsql/libsql-store.js";
import { type FakeClock, fakeClock } from "../../src/lib/testing/fakes/fake-clock.js";
import { outboxTopics } from "../../src/lib/worker/outbox/drain-outbox.js";
import { type Overheard, overhear } from "../overheard.js";
import { scratchFolder } from "../scratch-folder.js";
import { type CallingVendor, type SignedCall, startCallingVendor, vendorSecret } from "./calling-vendor.js";
import { callingVendorProvider } from "./calling-vendor-provider.js";

/** A server on a real socket, its vendor on another, and one clock for both that only the proof moves. */
export interface WebhookHost {
  readonly api: Api<ModelMap>;
  readonly clock: FakeClock;
  readonly vendor: CallingVendor;
  /** Everything that is logged. */
  readonly overheard: Overheard;
  /** Secrets that the provider believes. */
  secrets: readonly string[];
  /** While true, the storage takes nothing. */
  isStorageAway: boolean;
  /** Sends a call-back; gives the status of the answer. */
  send(call: SignedCall, init?: RequestInit): Promise<number>;
  /** Takes every step that is due now, in order. */
  work(): Promise<void>;
  /** Takes one step of what is due now; does not wait for others. */
  tick(): Promise<number>;
  /** Goes on until nothing is active and nothing is left to do. */
  finish(): Promise<void>;
  /** Everything that is in the database, as text. */
  rows(): string;
  violations(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What the host signs with. */
export const hostSecret = "a secret that is long enough for a proof";

/** How long a lost job is looked for. */
const reconcileForMs = 60_000;

/** Starts both. */
export async function startWebhookHost(): Promise<WebhookHost> {
  const folder = await scratchFolder();
  const path = join(folder, "test.db");
  const clock = fakeClock();
  const vendor = await startCallingVendor(clock);
  const store = libsqlStore({ url: `file:${path}`, now: clock.now });
  await store.migrate();
  const reader = new Database(path, { readonly: true });
  const storage = memoryStorage();
  const overheard = overhear();

  const server = serve({ fetch: (request) => safelight.handler(request), port: 0, hostname: "127.0.0.1" });
  await once(server, "listening");
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  const provider = callingVendorProvider({ url: vendor.url, secrets: () => host.secrets });
  const safelight = createSafelight({
    store,
    storage: {
      ...storage,
      put: async (...args) => {
        if (host.isStorageAway) throw new Error("The storage is away.");
        await storage.put(...args);
      },
    },
    identify: () => null,
    models: { demo: defineModel({ provider, input: anything, credits: 4 }) },
    // Call-backs are asked for by https alone; the vendor of this proof calls the same port without it.
    publicUrl: `https://127.0.0.1:${port}`,
    secret: hostSecret,
    credits: { initialGrant: 100 },
    worker: { concurrency: 1_000, reconcileForMs },
    clock,
    logger: overheard.logger,
  });

  const host: WebhookHost = {
    api: safelight.api,
    clock,
    vendor,
    overheard,
    secrets: [vendorSecret],
    isStorageAway: false,
    async send({ url, headers, body }, init = {}) {
      const response = await fetch(url, { method: "POST", headers, body, ...init });
      await response.body?.cancel();
      return response.status;
    },
    tick: () => safelight.worker.tick(),
    async work() {
      while ((await safelight.worker.tick()) > 0) {}
    },
    async finish() {
      for (let rounds = 0; rounds < 1_000; rounds += 1) {
        await host.work();
        const dueInMs = await store.nextDueInMs({ models: ["demo"], topics: outboxTopics });
        if (dueInMs === null) return;
        clock.skip(dueInMs);
      }
      throw new Error("It did not come to an end.");
    },
    rows: () =>
      JSON.stringify(
        tables.map((table) => [table, reader.prepare(`SELECT * FROM safelight_${table} ORDER BY rowid`).all()]),
      ),
    async violations() {
      const found = await safelight.audit();
      return found.map(({ check, subject, detail }) => `${check}: ${subject} (${detail})`);
    },
    async close() {
      // First, so that whoever still waits for the vendor hears that it has gone.
      await vendor.close();
      await safelight.close();
      reader.close();
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return host;
}

const tables = [
  "accounts",
  "attempts",
  "generations",
  "ledger_entries",
  "outbox",
  "outputs",
  "owners",
  "submissions",
  "webhook_deliveries",
];

/** A schema that takes what it is given. */
const anything = {
  "~standard": { version: 1, vendor: "safelight", validate: (value: unknown) => ({ value }) },
} as const;
