import type { PaidRequest } from "../../packages/server/testing/vendors/fake-vendor.js";
import { createFalVendor } from "../../packages/server/testing/vendors/fal-vendor.js";
import { type ServedVendor, serveVendor } from "../../packages/server/testing/vendors/serve-vendor.js";
import type { PaidJob } from "./attempt-faults.js";

/** fal's wire format over HTTP, with outages, and with a webhook for each accepted job. */
export class StudioVendor {
  /**
   * `busy`: each request gets 429, so that it is sent again later. `down`: each gets 503, which does not tell whether a paid
   * request was accepted.
   */
  outage: "none" | "busy" | "down" = "none";
  /** Requests during outages. */
  refused = 0;
  readonly #fal = createFalVendor();
  readonly #webhooks: Promise<void>[] = [];
  #served: ServedVendor | null = null;

  constructor() {
    this.#fal.plan({ type: "succeed", runningPolls: 2 });
  }

  async start(): Promise<string> {
    this.#served = await serveVendor({
      handle: async (request) => {
        if (this.outage !== "none") {
          this.refused += 1;
          return Response.json({ detail: "Too many requests." }, { status: this.outage === "busy" ? 429 : 503 });
        }
        const response = await this.#fal.handle(request);
        for (const accepted of this.#fal.paid.slice(this.#webhooks.length))
          this.#webhooks.push(this.#announce(accepted));
        return response;
      },
    });
    return this.#served.origin;
  }

  /** The accepted paid requests, in order. */
  get paid(): readonly PaidJob[] {
    return this.#fal.paid.map(({ id, body }) => {
      const { prompt }: { readonly prompt?: unknown } = Object(body);
      return { id, prompt: String(prompt) };
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#webhooks);
    await this.#served?.close();
  }

  /** As fal does: after the end of the job, and again for a while if the host does not respond. */
  async #announce(paid: PaidRequest): Promise<void> {
    if (paid.webhookUrl === null) return;
    for (let count = 0; count < 20; count += 1) {
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      if (this.outage !== "none") continue;
      this.#fal.finish(paid.id);
      const webhook = await this.#fal.createWebhook?.(paid);
      if (webhook === undefined) return;
      const response = await fetch(webhook).catch(() => null);
      await response?.body?.cancel();
      if (response !== null && response.status < 500) return;
    }
  }
}
