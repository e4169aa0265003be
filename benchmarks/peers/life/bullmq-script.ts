import { randomUUID } from "node:crypto";
import { type Job, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { handleCommands } from "../../frame/handle-commands.ts";
import { LifecycleTimer } from "../../life/lifecycle-timer.ts";
import { checkTotals, prompt } from "../../life/workload.ts";
import { outputs } from "../queues/no-op.ts";
import { type RedisLedger, redisLedger } from "../queues/redis-ledger.ts";

interface Payload {
  readonly generationId: string;
  readonly prompt: string;
  /** Token of the paid request that is about to be sent. */
  readonly attempt?: string;
}

const timer = new LifecycleTimer();
let queue: Queue<Payload> | null = null;
let ledger: RedisLedger | null = null;

handleCommands({
  async start({ isTuned, url }: { readonly url: string; readonly isTuned: boolean }) {
    const connection = new Redis(url, { maxRetriesPerRequest: null, enableAutoPipelining: isTuned });
    ledger = await redisLedger(connection);
    queue = new Queue("generations", { connection });
    // 50 is the example of the docs' page on concurrency.
    const options = { connection, ...(isTuned ? { concurrency: 200, skipStalledCheck: true } : { concurrency: 50 }) };
    const worker = new Worker<Payload>("generations", processJob, options);
    worker.on("completed", () => timer.end());
    worker.on("failed", (_, error) => timer.fail(error));
    worker.on("error", (error) => timer.fail(error));
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  },
  lifecycles: ({ count }: { readonly count: number }) => timer.time(count, { submit }),
  async check({ total }: { readonly total: number }) {
    const completed = await queue?.getCompletedCount();
    const totals = await ledger?.readTotals(completed ?? 0);
    if (totals !== undefined) checkTotals(totals, total);
  },
});

/** The debit comes first, so that each queued job is paid. */
async function submit(accountId: string): Promise<void> {
  const generationId = randomUUID();
  await ledger?.debit(accountId, generationId);
  await queue?.add("image", { generationId, prompt }, { jobId: generationId });
}

/** A job that records its steps in its data, as the docs' page on “process step jobs” shows. */
async function processJob(job: Job<Payload>): Promise<void> {
  await job.updateData({ ...job.data, attempt: randomUUID() });
  await ledger?.keepResultAndCapture(job.data.generationId, outputs);
}
