import { PgBoss } from "pg-boss";
import { beforeAll, describe } from "vitest";
import { pgBossDispatcher } from "../../packages/server/src/dispatchers.js";
import { runDispatcherContract } from "../../packages/server/testing/dispatcher-contract/dispatcher-contract.js";
import { type Postgres, startPostgres } from "./start-postgres.ts";

describe("pg-boss on Postgres", () => {
  let postgres: Postgres;
  let queues = 0;
  beforeAll(async () => {
    postgres = await startPostgres();
    return () => postgres.stop();
  });

  runDispatcherContract(
    "pgBossDispatcher",
    async (deliver) => {
      queues += 1;
      const queue = `safelight-${queues}`;
      const boss = new PgBoss({ connectionString: postgres.connectionString, max: 4 });
      boss.on("error", () => {});
      await boss.start();
      await boss.createQueue(queue, { policy: "short" });
      const options = { batchSize: 16, pollingIntervalSeconds: 0.5 };
      await boss.work<{ readonly generationId: string }>(queue, options, async (jobs) => {
        await Promise.all(jobs.map(({ data }) => deliver(data.generationId)));
      });
      return { dispatcher: pgBossDispatcher({ boss, queue }), close: () => boss.stop({ graceful: true }) };
    },
    { generations: 60 },
  );
});
