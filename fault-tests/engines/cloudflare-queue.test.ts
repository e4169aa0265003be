import { Miniflare } from "miniflare";
import { describe } from "vitest";
import { type CloudflareQueue, cloudflareQueueDispatcher } from "../../packages/server/src/dispatchers.js";
import { runDispatcherContract } from "../../packages/server/testing/dispatcher-contract/dispatcher-contract.js";

/** The consumer passes each message to this process. */
const consumer = `export default {
  async queue({ messages }, env) {
    await Promise.all(messages.map(({ body }) => env.DELIVER.fetch("http://deliver/" + body.generationId)));
  },
};`;

describe("Cloudflare Queues in workerd", () => {
  runDispatcherContract(
    "cloudflareQueueDispatcher",
    async (deliver) => {
      const miniflare = new Miniflare({
        modules: true,
        script: consumer,
        compatibilityDate: "2026-07-01",
        queueProducers: { QUEUE: "safelight" },
        queueConsumers: { safelight: { maxBatchSize: 10, maxBatchTimeout: 0 } },
        serviceBindings: {
          DELIVER: async (request: { readonly url: string }) => {
            await deliver(new URL(request.url).pathname.slice(1));
            return new Response(null);
          },
        },
      });
      await miniflare.ready;
      // The proxy of the real binding, whose methods have the same parameters.
      const queue = (await miniflare.getQueueProducer("QUEUE")) as unknown as CloudflareQueue;
      return { dispatcher: cloudflareQueueDispatcher({ queue }), close: () => miniflare.dispose() };
    },
    { generations: 40 },
  );
});
