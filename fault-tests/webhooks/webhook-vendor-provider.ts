import type { Json } from "@safelight/client/contract";
import type { Provider } from "../../packages/server/src/lib/ports/provider.js";
import { verifyStandardWebhook } from "../../packages/server/src/lib/signing/standard-webhooks.js";
import { tinyPng } from "../../packages/server/testing/tiny-png.js";

/** The adapter for the vendor with webhooks. Only a webhook can recover a job whose response was lost. */
export function webhookVendorProvider(options: {
  readonly url: string;
  readonly secrets: () => readonly string[];
}): Provider<unknown> {
  const { url, secrets } = options;
  const ask = async (
    operation: Json,
    { method, verb = "" }: { readonly method: string; readonly verb?: string | undefined },
  ) => {
    const response = await fetch(`${url}/jobs/${idOf(operation)}${verb}`, { method });
    // Only our vendor responds here.
    return (await response.json()) as { readonly status: "running" | "done" | "failed" | "canceled" };
  };
  return {
    id: "calling",
    capabilities: { resumable: true, cancel: true, webhook: true, progress: false, previews: false },
    async submit({ generationId, webhookUrl }) {
      const response = await fetch(`${url}/jobs`, {
        method: "POST",
        body: JSON.stringify({ generationId, webhookUrl }),
      });
      if (response.status === 429) {
        return { type: "rejected", failure: { code: "rate_limited", message: "The vendor responded with 429." } };
      }
      const { id } = (await response.json()) as { readonly id: string };
      return { type: "accepted", operation: { id } };
    },
    async poll(operation) {
      const { status } = await ask(operation, { method: "GET" });
      switch (status) {
        case "running":
          return { type: "running", progress: null };
        case "done":
          return { type: "done", outputs: [{ bytes: tinyPng(), contentType: "image/png" }] };
        case "failed":
          return { type: "failed", failure: { code: "content_blocked", message: "Blocked." } };
        case "canceled":
          return { type: "canceled" };
      }
    },
    async cancel(operation) {
      const { status } = await ask(operation, { method: "POST", verb: "/cancel" });
      return status === "canceled" ? "canceled" : "too_late";
    },
    async verifyWebhook(request) {
      const signed = await verifyStandardWebhook(request, secrets());
      if (signed === null) return null;
      const { id }: { readonly id: string } = JSON.parse(new TextDecoder().decode(request.body));
      return { deliveryId: signed.id, timestamp: signed.timestamp, requestId: id, operation: { id } };
    },
    requestIdOf: idOf,
  };
}

/** `submit` and `verifyWebhook` return it. */
function idOf(operation: Json): string {
  return (operation as { readonly id: string }).id;
}
