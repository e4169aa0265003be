import { type MatrixCell, must, noRateLimit, notApplicable, noWebhooks } from "./cell.js";
import { type Course, killEverywhere } from "./kill-everywhere.js";

const slow = { type: "succeed", runningPolls: 1 } as const;

const polled: MatrixCell = {
  title: "killed at every step",
  play: async (stage) => killEverywhere(stage, await stage.open(), { behaviors: [slow], end: "completed" }),
};

const refusedFirst: MatrixCell = {
  title: "killed at every step, after a refusal",
  play: async (stage) => {
    const reason = noRateLimit(stage);
    if (reason !== null) return notApplicable(reason);
    const behaviors = [{ type: "refuse", code: "rate_limited" }, slow] as const;
    return killEverywhere(stage, await stage.open(), { behaviors, end: "completed" });
  },
};

const canceled: MatrixCell = {
  title: "killed at every step of a cancel",
  play: async (stage) => {
    const { capabilities } = stage.provider;
    if (!capabilities.resumable) return notApplicable("it blocks: it never runs unattended");
    const prepare: Course["prepare"] = async (world, id) => {
      must((await world.runTo(id, "running")).state === "running", "The generation was never running");
      await world.cancel(id);
    };
    const end = stage.stopsRunning ? "canceled" : "completed";
    return killEverywhere(stage, await stage.open(), {
      behaviors: [{ type: "succeed", runningPolls: 3 }],
      prepare,
      end,
    });
  },
};

const webhookCell: MatrixCell = {
  title: "killed at every step, then a webhook",
  play: async (stage) => {
    const reason = noWebhooks(stage);
    if (reason !== null) return notApplicable(reason);
    const createWebhook: Course["createWebhook"] = async ({ clock, deliver, vendor }) => {
      const paid = vendor.paid.at(-1);
      if (paid === undefined || vendor.createWebhook === undefined) throw new Error("No webhook to deliver.");
      vendor.finish(paid.id);
      await deliver(await vendor.createWebhook(paid, { timestamp: clock.now() }));
    };
    const world = await stage.open({ hasWebhooks: true });
    return killEverywhere(stage, world, { behaviors: [slow], createWebhook, end: "completed" });
  },
};

/** The process dies at each crash point. */
export const cellsOfRestarts: readonly MatrixCell[] = [polled, refusedFirst, canceled, webhookCell];
