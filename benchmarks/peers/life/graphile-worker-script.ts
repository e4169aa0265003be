import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { run, runMigrations, type WorkerEvents } from "graphile-worker";
import pg from "pg";
import { handleCommands } from "../../frame/handle-commands.ts";
import { LifecycleTimer } from "../../life/lifecycle-timer.ts";
import { checkTotals, prompt } from "../../life/workload.ts";
import { graphilePreset } from "../queues/graphile-preset.ts";
import { outputs } from "../queues/no-op.ts";
import { createLedger, debitAndAddJob, intend, keepResultAndCapture, readTotals } from "../queues/postgres-ledger.ts";

/** The starting point of the docs' page on performance for many jobs. */
const advised = { concurrentJobs: 10, maxPoolSize: 12, localQueue: { size: 11 }, completeJobBatchDelay: 25 };
/** The configuration of the same page's best figures. */
const tuned = { concurrentJobs: 24, maxPoolSize: 25, localQueue: { size: 500 }, completeJobBatchDelay: 0 };

interface Payload {
  readonly generationId: string;
  readonly prompt: string;
}

const timer = new LifecycleTimer();
let pool: pg.Pool | null = null;

handleCommands({
  async start({ isTuned, url }: { readonly url: string; readonly isTuned: boolean }) {
    const options = isTuned ? tuned : advised;
    pool = new pg.Pool({ connectionString: url, max: options.maxPoolSize });
    await createLedger(pool);
    const preset = graphilePreset(url, options);
    await runMigrations({ preset });
    const events: WorkerEvents = new EventEmitter();
    events.on("job:complete", ({ error }) => {
      if (error !== undefined && error !== null) timer.fail(error);
      timer.end();
    });
    const taskList = {
      image: (payload: unknown) => {
        // Only `submit` adds jobs.
        const { generationId } = payload as Payload;
        return processJob(generationId);
      },
    };
    await run({ preset, events, taskList });
  },
  lifecycles: ({ count }: { readonly count: number }) => timer.time(count, { submit, isOver }),
  async check({ total }: { readonly total: number }) {
    // Completed jobs are deleted, so the table must be empty.
    checkTotals(await readTotals(known(), `SELECT ${total} - count(*) FROM graphile_worker._private_jobs`), total);
  },
});

function known(): pg.Pool {
  if (pool === null) throw new Error("The host has not started.");
  return pool;
}

async function submit(accountId: string): Promise<void> {
  const generationId = randomUUID();
  const payload: Payload = { generationId, prompt };
  await known().query(debitAndAddJob(accountId, { generationId, payload }));
}

async function processJob(generationId: string): Promise<void> {
  await known().query(intend([generationId], [randomUUID()]));
  await known().query(keepResultAndCapture(generationId, outputs));
}

async function isOver(): Promise<boolean> {
  const { rows } = await known().query("SELECT NOT EXISTS (SELECT FROM graphile_worker._private_jobs) AS is_over");
  return rows[0].is_over;
}
