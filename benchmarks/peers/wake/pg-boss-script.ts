import { PgBoss } from "pg-boss";
import { answering } from "../../frame/answering.ts";
import { Wakes } from "../../wake/wakes.ts";

const wakes = new Wakes();
let boss: PgBoss | null = null;

answering({
  async start({ isTuned, url }: { readonly url: string; readonly isTuned: boolean }) {
    // Nothing else than jobs is done while it is measured.
    const quiet = isTuned && { supervise: false, schedule: false, registerInstance: false };
    boss = new PgBoss({ connectionString: url, useListenNotify: true, ...quiet });
    boss.on("error", (error) => console.error(error));
    await boss.start();
    await boss.createQueue("generations", { notify: true, ...(isTuned && { partition: true }) });
    await boss.work("generations", async () => wakes.begun());
  },
  wake: ({ count }: { readonly count: number }) =>
    wakes.time(count, async () => boss?.send("generations", { prompt: "a lighthouse at dawn" })),
});
