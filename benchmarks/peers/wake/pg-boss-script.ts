import { PgBoss } from "pg-boss";
import { handleCommands } from "../../frame/handle-commands.ts";
import { WakeTimer } from "../../wake/wake-timer.ts";

const timer = new WakeTimer();
let boss: PgBoss | null = null;

handleCommands({
  async start({ isTuned, url }: { readonly url: string; readonly isTuned: boolean }) {
    // No maintenance during the measurement.
    const quiet = isTuned && { supervise: false, schedule: false, registerInstance: false };
    boss = new PgBoss({ connectionString: url, useListenNotify: true, ...quiet });
    boss.on("error", (error) => console.error(error));
    await boss.start();
    await boss.createQueue("generations", { notify: true, ...(isTuned && { partition: true }) });
    await boss.work("generations", async () => timer.start());
  },
  wake: ({ count }: { readonly count: number }) =>
    timer.time(count, async () => boss?.send("generations", { prompt: "a lighthouse at dawn" })),
});
