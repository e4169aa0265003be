import { Queue, Worker } from "bullmq";
import { beforeAll, describe } from "vitest";
import { bullmqDispatcher } from "../../packages/server/src/dispatchers.js";
import { runDispatcherContract } from "../../packages/server/testing/dispatcher-contract/dispatcher-contract.js";
import { hasRedis, type Redis, startRedis } from "./start-redis.ts";

describe.runIf(hasRedis)("BullMQ on Redis", () => {
  let redis: Redis;
  let queues = 0;
  beforeAll(async () => {
    redis = await startRedis();
    return () => redis.stop();
  });

  runDispatcherContract(
    "bullmqDispatcher",
    async (deliver) => {
      queues += 1;
      const connection = { host: redis.host, port: redis.port, maxRetriesPerRequest: null };
      const name = `safelight-${queues}`;
      const queue = new Queue<{ readonly generationId: string }>(name, { connection });
      // Stalled jobs are delivered again while the first delivery still runs.
      const stalls = { lockDuration: 500, stalledInterval: 300, maxStalledCount: 10 };
      const worker = new Worker(name, (job) => deliver(job.data.generationId), {
        connection,
        concurrency: 16,
        ...stalls,
      });
      worker.on("error", () => {});
      await worker.waitUntilReady();
      return {
        dispatcher: bullmqDispatcher({ queue }),
        close: async () => {
          await worker.close();
          await queue.close();
        },
      };
    },
    { generations: 300 },
  );
});
