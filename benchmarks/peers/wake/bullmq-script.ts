import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { handleCommands } from "../../frame/handle-commands.ts";
import { WakeTimer } from "../../wake/wake-timer.ts";

const timer = new WakeTimer();
let queue: Queue | null = null;

handleCommands({
  async start({ isTuned, url }: { readonly url: string; readonly isTuned: boolean }) {
    const connection = new Redis(url, { maxRetriesPerRequest: null });
    queue = new Queue("generations", { connection, ...(isTuned && { defaultJobOptions: { removeOnComplete: true } }) });
    const options = { connection, ...(isTuned && { concurrency: 8, skipStalledCheck: true }) };
    const worker = new Worker("generations", async () => timer.start(), options);
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  },
  wake: ({ count }: { readonly count: number }) =>
    timer.time(count, async () => queue?.add("image", { prompt: "a lighthouse at dawn" })),
});
