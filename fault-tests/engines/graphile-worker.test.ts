import { Logger, run } from "graphile-worker";
import pg from "pg";
import { beforeAll, describe } from "vitest";
import { graphileDispatcher } from "../../packages/server/src/dispatchers.js";
import { runDispatcherContract } from "../../packages/server/testing/dispatcher-contract/dispatcher-contract.js";
import { type Postgres, startPostgres } from "./start-postgres.ts";

describe("graphile-worker on Postgres", () => {
  let postgres: Postgres;
  let schemas = 0;
  beforeAll(async () => {
    postgres = await startPostgres();
    return () => postgres.stop();
  });

  runDispatcherContract(
    "graphileDispatcher",
    async (deliver) => {
      schemas += 1;
      const pgPool = new pg.Pool({ connectionString: postgres.connectionString, max: 10 });
      pgPool.on("error", () => {});
      pgPool.on("connect", (client) => void client.on("error", () => {}));
      const runner = await run({
        pgPool,
        schema: `safelight_jobs_${schemas}`,
        concurrency: 16,
        pollInterval: 500,
        noHandleSignals: true,
        logger: new Logger(() => () => {}),
        parsedCronItems: [],
        taskList: {
          // The payload is the one that the dispatcher adds.
          safelight: (payload) => deliver((payload as { readonly generationId: string }).generationId),
        },
      });
      return {
        dispatcher: graphileDispatcher({ jobs: runner }),
        close: async () => {
          await runner.stop();
          await pgPool.end();
        },
      };
    },
    { generations: 200 },
  );
});
