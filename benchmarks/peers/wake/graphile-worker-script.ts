import { makeWorkerUtils, run, type WorkerUtils } from "graphile-worker";
import { answering } from "../../frame/answering.ts";
import { Wakes } from "../../wake/wakes.ts";
import { graphilePreset } from "../queues/graphile-preset.ts";

const wakes = new Wakes();
let utils: WorkerUtils | null = null;

answering({
  async start({ isTuned, url }: { readonly url: string; readonly isTuned: boolean }) {
    const preset = graphilePreset(url, isTuned ? { completeJobBatchDelay: 0 } : {});
    utils = await makeWorkerUtils({ preset });
    await utils.migrate();
    await run({ preset, taskList: { picture: () => wakes.begun() } });
  },
  wake: ({ count }: { readonly count: number }) =>
    wakes.time(count, async () => utils?.addJob("picture", { prompt: "a lighthouse at dawn" })),
});
