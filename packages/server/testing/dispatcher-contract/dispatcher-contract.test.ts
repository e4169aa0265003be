import { runDispatcherContract } from "./dispatcher-contract.js";

/** An engine in memory with one timer for each wake, and as many deliveries at once as arrive. */
runDispatcherContract(
  "an engine in memory",
  async (deliver) => {
    const timers = new Set<NodeJS.Timeout>();
    const deliveries = new Set<Promise<void>>();
    return {
      dispatcher: {
        enqueue: ({ generationId, dueInMs }) => {
          if (generationId === null) return;
          const timer = setTimeout(() => {
            timers.delete(timer);
            const delivery = deliver(generationId).finally(() => deliveries.delete(delivery));
            deliveries.add(delivery);
          }, dueInMs);
          timers.add(timer);
        },
      },
      close: async () => {
        for (const timer of timers) clearTimeout(timer);
        await Promise.allSettled(deliveries);
      },
    };
  },
  { generations: 25 },
);
