import { randomUUID } from "node:crypto";
import { type Job, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { answering } from "../../frame/answering.ts";
import { Lives } from "../../life/lives.ts";
import { checkBooks, prompt } from "../../life/workload.ts";
import { outputs } from "../queues/no-op.ts";
import { type RedisLedger, redisLedger } from "../queues/redis-ledger.ts";

interface Payload {
  readonly generationId: string;
  readonly prompt: string;
  /** Of the request that was about to be paid for. */
  readonly attempt?: string;
}

const lives = new Lives();
let queue: Queue<Payload> | null = null;
let ledger: RedisLedger | null = null;

answering({
  async start({ isTuned, url }: { readonly url: string; readonly isTuned: boolean }) {
    const connection = new Redis(url, { maxRetriesPerRequest: null, enableAutoPipelining: isTuned });
    ledger = await redisLedger(connection);
    queue = new Queue("generations", { connection });
    // The page on concurrency takes 50 for an example.
    const options = { connection, ...(isTuned ? { concurrency: 200, skipStalledCheck: true } : { concurrency: 50 }) };
    const worker = new Worker<Payload>("generations", develop, options);
    worker.on("completed", () => lives.end());
    worker.on("failed", (_, error) => lives.fail(error));
    worker.on("error", (error) => lives.fail(error));
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  },
  live: ({ count }: { readonly count: number }) => lives.time(count, submit),
  async check({ total }: { readonly total: number }) {
    const completed = await queue?.getCompletedCount();
    const books = await ledger?.readBooks(completed ?? 0);
    if (books !== undefined) checkBooks(books, total);
  },
});

/** The debit first: what is queued is paid for. */
async function submit(accountId: string): Promise<void> {
  const generationId = randomUUID();
  await ledger?.debit(accountId, generationId);
  await queue?.add("picture", { generationId, prompt }, { jobId: generationId });
}

/** A job that notes its steps in its data, as the page on “process step jobs” shows. */
async function develop(job: Job<Payload>): Promise<void> {
  await job.updateData({ ...job.data, attempt: randomUUID() });
  await ledger?.keepResultAndCapture(job.data.generationId, outputs);
}
