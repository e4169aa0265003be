import { makeWorkerUtils, run, type WorkerUtils } from "graphile-worker";
import { handleCommands } from "../../frame/handle-commands.ts";
import { WakeTimer } from "../../wake/wake-timer.ts";
import { graphilePreset } from "../queues/graphile-preset.ts";

const timer = new WakeTimer();
let utils: WorkerUtils | null = null;

handleCommands({
  async start({ isTuned, url }: { readonly url: string; readonly isTuned: boolean }) {
    const preset = graphilePreset(url, isTuned ? { completeJobBatchDelay: 0 } : {});
    utils = await makeWorkerUtils({ preset });
    await utils.migrate();
    await run({ preset, taskList: { image: () => timer.start() } });
  },
  wake: ({ count }: { readonly count: number }) =>
    timer.time(count, async () => utils?.addJob("image", { prompt: "a lighthouse at dawn" })),
});
