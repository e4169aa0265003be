import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { answering } from "../../frame/answering.ts";
import { Wakes } from "../../wake/wakes.ts";

const wakes = new Wakes();
let queue: Queue | null = null;

answering({
  async start({ isTuned, url }: { readonly url: string; readonly isTuned: boolean }) {
    const connection = new Redis(url, { maxRetriesPerRequest: null });
    queue = new Queue("generations", { connection, ...(isTuned && { defaultJobOptions: { removeOnComplete: true } }) });
    const options = { connection, ...(isTuned && { concurrency: 8, skipStalledCheck: true }) };
    const worker = new Worker("generations", async () => wakes.begun(), options);
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  },
  wake: ({ count }: { readonly count: number }) =>
    wakes.time(count, async () => queue?.add("picture", { prompt: "a lighthouse at dawn" })),
});
