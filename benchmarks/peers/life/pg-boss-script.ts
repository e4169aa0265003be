import { randomUUID } from "node:crypto";
import pg from "pg";
import { type Db, type Job, PgBoss } from "pg-boss";
import { handleCommands } from "../../frame/handle-commands.ts";
import { LifecycleTimer } from "../../life/lifecycle-timer.ts";
import { checkTotals, prompt } from "../../life/workload.ts";
import { outputs } from "../queues/no-op.ts";
import { capture, createLedger, debit, intend, keepResults, readTotals } from "../queues/postgres-ledger.ts";

const queue = "generations";

interface Settings {
  readonly url: string;
  readonly isTuned: boolean;
}

interface Payload {
  readonly generationId: string;
  readonly prompt: string;
}

const timer = new LifecycleTimer();
let isTuned = false;
let pool: pg.Pool | null = null;
let boss: PgBoss | null = null;

handleCommands({
  async start(settings: Settings) {
    isTuned = settings.isTuned;
    const { url } = settings;
    pool = new pg.Pool({ connectionString: url, max: isTuned ? 20 : 10, pipeline: isTuned });
    await createLedger(pool);
    const quiet = isTuned && { supervise: false, schedule: false, registerInstance: false, max: 20 };
    boss = new PgBoss({ connectionString: url, useListenNotify: true, ...quiet });
    boss.on("error", (error) => timer.fail(error));
    await boss.start();
    await boss.createQueue(queue, { notify: true, ...(isTuned && { partition: true }) });
    const options = isTuned ? { batchSize: 100, localConcurrency: 4 } : { batchSize: 10, localConcurrency: 5 };
    const transactional = { ...options, burstWhenBatchFull: true, transactional: true } as const;
    await boss.work<Payload, void, typeof transactional>(queue, transactional, isTuned ? processBatch : processJob);
  },
  lifecycles: ({ count }: { readonly count: number }) =>
    timer.time(count, { submit: isTuned ? submitPipelined : submit, isOver }),
  async check({ total }: { readonly total: number }) {
    checkTotals(
      await readTotals(known(), `SELECT count(*) FROM pgboss.job WHERE state = 'completed' AND name = '${queue}'`),
      total,
    );
  },
});

function known(): pg.Pool {
  if (pool === null) throw new Error("The host has not started.");
  return pool;
}

/** In one transaction, as the docs' page on jobs shows for `db`. */
async function submit(accountId: string): Promise<void> {
  const generationId = randomUUID();
  const client = await known().connect();
  try {
    await client.query("BEGIN");
    await client.query(debit(accountId, generationId));
    await boss?.send(queue, { generationId, prompt }, { db: onClient(client) });
    await client.query("COMMIT");
  } finally {
    client.release();
  }
}

/** As `submit`, with pipelined statements. */
async function submitPipelined(accountId: string): Promise<void> {
  const generationId = randomUUID();
  const client = await known().connect();
  try {
    const sent = [
      client.query("BEGIN"),
      client.query(debit(accountId, generationId)),
      boss?.send(queue, { generationId, prompt }, { db: onClient(client) }),
    ];
    await Promise.all([...sent, client.query("COMMIT")]);
  } finally {
    client.release();
  }
}

function onClient(client: pg.PoolClient): Db {
  return { executeSql: (text, values) => client.query(text, values) };
}

/** Each job of a batch writes its own rows; the batch completes with all captures. */
async function processJob(jobs: readonly Job<Payload>[], tx: Db): Promise<void> {
  await Promise.all(
    jobs.map(async ({ data: { generationId } }) => {
      await known().query(intend([generationId], [randomUUID()]));
      await known().query(keepResults([generationId], outputs));
    }),
  );
  await captureAll(jobs, tx);
}

/** Writes the rows of a batch in one statement each. */
async function processBatch(jobs: readonly Job<Payload>[], tx: Db): Promise<void> {
  const ids = jobs.map(({ data }) => data.generationId);
  await known().query(
    intend(
      ids,
      ids.map(() => randomUUID()),
    ),
  );
  await known().query(keepResults(ids, outputs));
  await captureAll(jobs, tx);
}

async function captureAll(jobs: readonly Job<Payload>[], tx: Db): Promise<void> {
  const { text, values } = capture(jobs.map(({ data }) => data.generationId));
  await tx.executeSql(text, values);
  timer.end(jobs.length);
}

async function isOver(): Promise<boolean> {
  const open = `SELECT FROM pgboss.job WHERE name = '${queue}' AND state <> 'completed'`;
  const { rows } = await known().query(`SELECT NOT EXISTS (${open}) AS is_over`);
  return rows[0].is_over;
}
