import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeWebhookSecret } from "../fake-stripe/event-sender.ts";
import { type FakeStripe, fakeApiKey, startFakeStripe } from "../fake-stripe/fake-stripe.ts";
import { createProduct, type Product } from "../server/product.ts";

/** The server of the product on a free port, with new databases and a fake Stripe. */
export interface TestedProduct extends Product {
  readonly url: string;
  readonly stripe: FakeStripe;
  /** Grants of an account, without the initial one. */
  grantsOf(ownerId: string): Promise<readonly number[]>;
  balanceOf(ownerId: string): Promise<number>;
  stop(): Promise<void>;
}

export async function startProduct(): Promise<TestedProduct> {
  const dataFolder = mkdtempSync(join(tmpdir(), "fernpost-"));
  const server = createServer().listen(0);
  await once(server, "listening");
  const address = server.address();
  assert(address !== null && typeof address === "object");
  const url = `http://localhost:${address.port}`;
  const stripe = await startFakeStripe();
  stripe.events.webhookUrl = `${url}/api/stripe`;
  const product = await createProduct({
    url,
    dataFolder,
    secret: "a secret of the tests, and of nothing else",
    stripe: { apiKey: fakeApiKey, webhookSecret: fakeWebhookSecret, apiOrigin: stripe.origin },
  });
  server.on("request", product.app);
  product.safelight.worker.start();
  const { api } = product.safelight;
  return {
    ...product,
    url,
    stripe,
    async grantsOf(ownerId) {
      const { entries } = await api.credits({ ownerId });
      return entries.flatMap(({ kind, reason, amount }) => (kind === "grant" && reason !== "initial" ? [amount] : []));
    },
    balanceOf: async (ownerId) => (await api.credits({ ownerId })).balance,
    async stop() {
      server.close();
      server.closeAllConnections();
      stripe.close();
      await product.safelight.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
