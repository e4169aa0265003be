import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { run, runMigrations, type WorkerEvents } from "graphile-worker";
import pg from "pg";
import { answering } from "../../frame/answering.ts";
import { Lives } from "../../life/lives.ts";
import { checkBooks, prompt } from "../../life/workload.ts";
import { graphilePreset } from "../queues/graphile-preset.ts";
import { outputs } from "../queues/no-op.ts";
import { createLedger, debitAndAddJob, intend, keepResultAndCapture, readBooks } from "../queues/postgres-ledger.ts";

/** What the page on performance gives as a starting point for many jobs. */
const advised = { concurrentJobs: 10, maxPoolSize: 12, localQueue: { size: 11 }, completeJobBatchDelay: 25 };
/** What the same page measures its own best figures with. */
const tuned = { concurrentJobs: 24, maxPoolSize: 25, localQueue: { size: 500 }, completeJobBatchDelay: 0 };

interface Payload {
  readonly generationId: string;
  readonly prompt: string;
}

const lives = new Lives();
let pool: pg.Pool | null = null;

answering({
  async start({ isTuned, url }: { readonly url: string; readonly isTuned: boolean }) {
    const options = isTuned ? tuned : advised;
    pool = new pg.Pool({ connectionString: url, max: options.maxPoolSize });
    await createLedger(pool);
    const preset = graphilePreset(url, options);
    await runMigrations({ preset });
    const events: WorkerEvents = new EventEmitter();
    events.on("job:complete", ({ error }) => {
      if (error !== undefined && error !== null) lives.fail(error);
      lives.end();
    });
    const taskList = {
      picture: (payload: unknown) => {
        // Nobody else adds jobs here.
        const { generationId } = payload as Payload;
        return develop(generationId);
      },
    };
    await run({ preset, events, taskList });
  },
  live: ({ count }: { readonly count: number }) => lives.time(count, submit, isOver),
  async check({ total }: { readonly total: number }) {
    // What is done is deleted, and nothing is left.
    checkBooks(await readBooks(known(), `SELECT ${total} - count(*) FROM graphile_worker._private_jobs`), total);
  },
});

function known(): pg.Pool {
  if (pool === null) throw new Error("It has not started.");
  return pool;
}

async function submit(accountId: string): Promise<void> {
  const generationId = randomUUID();
  const payload: Payload = { generationId, prompt };
  await known().query(debitAndAddJob(accountId, generationId, payload));
}

async function develop(generationId: string): Promise<void> {
  await known().query(intend([generationId], [randomUUID()]));
  await known().query(keepResultAndCapture(generationId, outputs));
}

async function isOver(): Promise<boolean> {
  const { rows } = await known().query("SELECT NOT EXISTS (SELECT FROM graphile_worker._private_jobs) AS is_over");
  return rows[0].is_over;
}
