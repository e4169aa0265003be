import { makeWorkerUtils, run, type WorkerUtils } from "graphile-worker";
import { Pool } from "pg";
import { handleCommands } from "../../frame/handle-commands.ts";
import { keepInFlight } from "../../postgres/in-flight.ts";
import { batch, ownerOf, prompt, type Start, submitsAtOnce } from "../../postgres/workload.ts";
import { graphilePreset } from "../queues/graphile-preset.ts";

const task = "image";
let settings: Start | null = null;
let pool: Pool | null = null;
let started: WorkerUtils | null = null;
let ended = 0;

function utils(): WorkerUtils {
  if (started === null) throw new Error("The queue has not started.");
  return started;
}

const add = (index: number) => utils().addJob(task, { ownerId: ownerOf(index), prompt });

handleCommands({
  async start(start: Start) {
    settings = start;
    pool = new Pool({ connectionString: start.url, max: start.connections });
    // graphile-worker asks for both listeners.
    pool.on("error", () => {});
    pool.on("connect", (client) => client.on("error", () => {}));
    started = await makeWorkerUtils({ pgPool: pool });
    await started.migrate();
  },
  warmUp: () => keepInFlight(add, { atOnce: submitsAtOnce, ms: 500 }),
  enter: ({ ms }: { readonly ms: number }) => keepInFlight(add, { atOnce: submitsAtOnce, ms }),
  async fill({ count }: { readonly count: number }) {
    const payload = JSON.stringify({ ownerId: ownerOf(0), prompt });
    await pool?.query("SELECT count(graphile_worker.add_job($1, $2::json)) FROM generate_series(1, $3)", [
      task,
      payload,
      count,
    ]);
  },
  /** Runs jobs that do nothing. One more connection listens. */
  async work() {
    const { connections, url } = settings ?? { connections: 1, url: "" };
    const preset = graphilePreset(url, { concurrentJobs: batch, maxPoolSize: connections + 1, pollInterval: 200 });
    await run({
      preset,
      noHandleSignals: true,
      taskList: {
        [task]: () => {
          ended += 1;
        },
      },
    });
  },
  ended: () => ended,
});
