import { Queue } from "bullmq";
import { serveHost } from "../../submit/serve-host.ts";
import { submitRoute } from "../../submit/submit-route.ts";

/**
 * A job per submit with the idempotency key as its id: https://docs.bullmq.io/guide/jobs/job-ids. It fails at once
 * while Redis is down: https://docs.bullmq.io/patterns/failing-fast-when-redis-is-down. Tuned, ioredis pipelines the
 * commands of one turn of the event loop.
 */
serveHost(async ({ isTuned, url }) => {
  const { hostname, port } = new URL(url);
  const queue = new Queue("poster", {
    connection: {
      host: hostname,
      port: Number(port),
      enableOfflineQueue: false,
      ...(isTuned && { enableAutoPipelining: true }),
    },
  });
  await queue.waitUntilReady();
  const route = submitRoute(async ({ id, input, key, owner }) => {
    await queue.add("poster", { id, owner, input }, { jobId: key });
    return { balance: null, sequence: null };
  });
  return {
    fetch: route.fetch,
    readTotals: async () => ({ submits: await queue.getWaitingCount(), balances: null, faults: [] }),
  };
});
