import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import type { ModelMap } from "@safelight/client/contract";
import type { Api } from "../../packages/server/src/lib/api/api.js";
import { createSafelight } from "../../packages/server/src/lib/compose/create-safelight.js";
import { defineModel } from "../../packages/server/src/lib/model/define-model.js";
import { memoryStorage } from "../../packages/server/src/lib/storage/memory-storage.js";
import { outboxTopics } from "../../packages/server/src/lib/worker/outbox/drain-outbox.js";
import { anyInput } from "../../packages/server/testing/fakes/any-input.js";
import { type FakeClock, fakeClock } from "../../packages/server/testing/fakes/fake-clock.js";
import { openGround } from "../ground/open-ground.js";
import type { GroundSource } from "../ground/proving-ground.js";
import { captureLogs, type LogCapture } from "../log-capture.js";
import { type SignedWebhook, startWebhookVendor, vendorSecret, type WebhookVendor } from "./webhook-vendor.js";
import { webhookVendorProvider } from "./webhook-vendor-provider.js";

/** A server and its vendor on real sockets, with one fake clock for both. */
export interface WebhookHost {
  readonly api: Api<ModelMap>;
  readonly clock: FakeClock;
  readonly vendor: WebhookVendor;
  /** Records all log lines. */
  readonly logs: LogCapture;
  /** Webhook secrets of the provider. */
  secrets: readonly string[];
  /** While true, the storage refuses every write. */
  isStorageDown: boolean;
  /** Sends a webhook and returns the status of the response. */
  send(webhook: SignedWebhook, init?: RequestInit): Promise<number>;
  /** Runs all steps that are due, in order. */
  work(): Promise<void>;
  /** Runs one round of due steps. */
  tick(): Promise<number>;
  /** Advances the clock and works until nothing is due. */
  finish(): Promise<void>;
  /** All rows of the database, as JSON. */
  rows(): Promise<string>;
  violations(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** The host's `secret`. */
export const hostSecret = "a secret that is long enough for a proof";

/** How long a lost job is reconciled. */
const reconcileForMs = 60_000;

/** Starts the server and its vendor. */
export async function startWebhookHost(source: GroundSource): Promise<WebhookHost> {
  const ground = await openGround(source);
  const clock = fakeClock();
  const vendor = await startWebhookVendor(clock);
  const store = ground.open({ now: clock.now });
  await store.migrate();
  const storage = memoryStorage();
  const logs = captureLogs();

  const server = serve({ fetch: (request) => safelight.handler(request), port: 0, hostname: "127.0.0.1" });
  await once(server, "listening");
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  const provider = webhookVendorProvider({ url: vendor.url, secrets: () => host.secrets });
  const safelight = createSafelight({
    store,
    storage: {
      ...storage,
      put: async (...args) => {
        if (host.isStorageDown) throw new Error("The storage is unavailable.");
        await storage.put(...args);
      },
    },
    identify: () => null,
    models: { demo: defineModel({ provider, input: anyInput, credits: 4 }) },
    // Safelight requests webhooks over https only; the proof's vendor calls the same port over http.
    publicUrl: `https://127.0.0.1:${port}`,
    secret: hostSecret,
    credits: { initialGrant: 100 },
    worker: { concurrency: 1_000, reconcileForMs },
    clock,
    logger: logs.logger,
  });

  const host: WebhookHost = {
    api: safelight.api,
    clock,
    vendor,
    logs,
    secrets: [vendorSecret],
    isStorageDown: false,
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
      throw new Error("The work did not end.");
    },
    rows: () => ground.rows(tables),
    async violations() {
      const found = await safelight.audit();
      return found.map(({ check, subject, detail }) => `${check}: ${subject} (${detail})`);
    },
    async close() {
      // First, so that requests that still wait for the vendor fail.
      await vendor.close();
      await safelight.close();
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await ground.drop();
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
