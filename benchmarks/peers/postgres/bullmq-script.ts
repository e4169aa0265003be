import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { handleCommands } from "../../frame/handle-commands.ts";
import { batch, ownerOf, prompt, type Start } from "../../postgres/workload.ts";

const name = "generations";
let connection: Redis | null = null;
let ended = 0;

function redis(): Redis {
  if (connection === null) throw new Error("The queue has not started.");
  return connection;
}

handleCommands({
  start({ url }: Start) {
    connection = new Redis(url, { maxRetriesPerRequest: null });
  },
  async fill({ count }: { readonly count: number }) {
    const queue = new Queue(name, { connection: redis() });
    for (let next = 0; next < count; next += 500) {
      const length = Math.min(500, count - next);
      await queue.addBulk(
        Array.from({ length }, (_, index) => ({ name: "image", data: { ownerId: ownerOf(next + index), prompt } })),
      );
    }
  },
  /** Runs jobs that do nothing. */
  work() {
    const worker = new Worker(name, async () => {}, { connection: redis(), concurrency: batch });
    worker.on("completed", () => {
      ended += 1;
    });
  },
  ended: () => ended,
});
