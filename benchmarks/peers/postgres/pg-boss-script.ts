import { setTimeout as pause } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import { handleCommands } from "../../frame/handle-commands.ts";
import { keepInFlight } from "../../postgres/in-flight.ts";
import { batch, ownerOf, prompt, type Start, submitsAtOnce } from "../../postgres/workload.ts";

const queue = "generations";
const pauseMs = 5;
let started: PgBoss | null = null;
let ended = 0;

function boss(): PgBoss {
  if (started === null) throw new Error("The queue has not started.");
  return started;
}

const jobOf = (index: number) => ({ ownerId: ownerOf(index), prompt });

handleCommands({
  async start({ connections, url }: Start) {
    started = new PgBoss({ connectionString: url, max: connections, supervise: false, schedule: false });
    started.on("error", () => {});
    await started.start();
    if ((await started.getQueue(queue)) === null) await started.createQueue(queue);
  },
  warmUp: () => keepInFlight((index) => boss().send(queue, jobOf(index)), { atOnce: submitsAtOnce, ms: 500 }),
  enter: ({ ms }: { readonly ms: number }) =>
    keepInFlight((index) => boss().send(queue, jobOf(index)), { atOnce: submitsAtOnce, ms }),
  async fill({ count }: { readonly count: number }) {
    for (let next = 0; next < count; next += 500) {
      const length = Math.min(500, count - next);
      await boss().insert(
        queue,
        Array.from({ length }, (_, index) => ({ data: jobOf(next + index) })),
      );
    }
  },
  /** Fetches jobs that do nothing, and completes each with a command of its own, or all of a fetch with one. */
  work({ isBatched }: { readonly isBatched: boolean }) {
    workForever(isBatched).catch((error) => {
      console.error(error);
      process.exit(1);
    });
  },
  ended: () => ended,
});

async function workForever(isBatched: boolean): Promise<never> {
  for (;;) {
    const ids = (await boss().fetch(queue, { batchSize: batch })).map(({ id }) => id);
    if (ids.length === 0) await pause(pauseMs);
    else if (isBatched) await boss().complete(queue, ids);
    else await Promise.all(ids.map((id) => boss().complete(queue, id)));
    ended += ids.length;
  }
}
