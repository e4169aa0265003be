import type { GenerationRecord } from "../../src/lib/generation/generation-record.js";
import type { VendorBehavior, WebhookChange } from "../vendors/fake-vendor.js";
import { type CellEnd, type MatrixCell, must, notApplicable, noWebhooks, type Stage } from "./cell.js";
import type { MatrixWorld } from "./matrix-world.js";
import { holds } from "./play-one.js";

const lateMs = 600_000;

/** A generation whose vendor sends webhooks. */
class WebhookScenario {
  readonly world: MatrixWorld;
  readonly id: string;

  constructor(world: MatrixWorld, id: string) {
    this.world = world;
    this.id = id;
  }

  /** Ends the job, delivers its webhook, and returns the server's status. */
  async call(change: WebhookChange = {}): Promise<number> {
    const { clock, vendor } = this.world;
    const paid = vendor.paid.at(-1);
    if (paid === undefined || vendor.createWebhook === undefined) throw new Error("No webhook to deliver.");
    vendor.finish(paid.id);
    return this.world.deliver(await vendor.createWebhook(paid, { timestamp: clock.now(), ...change }));
  }

  running(): Promise<GenerationRecord> {
    return this.world.runTo(this.id, "running");
  }

  /** Runs without advancing the clock, so no poll is due. */
  async endAtOnce(): Promise<GenerationRecord> {
    for (let steps = 0; steps < 3; steps += 1) await this.world.step();
    return this.world.generation(this.id);
  }

  end(): Promise<GenerationRecord> {
    return this.world.runToEnd(this.id);
  }
}

function webhookCell(
  title: string,
  behavior: VendorBehavior,
  play: (job: WebhookScenario, stage: Stage) => Promise<CellEnd>,
): MatrixCell {
  return {
    title,
    play: async (stage) => {
      const reason = noWebhooks(stage);
      if (reason !== null) return notApplicable(reason);
      const world = await stage.open({ hasWebhooks: true });
      world.vendor.plan(behavior);
      return play(new WebhookScenario(world, await world.submit()), stage);
    },
  };
}

const slow = { type: "succeed", runningPolls: 2 } as const;
const lost = { type: "lose", accepted: true } as const;

const mustHaveStatus = (status: number, expected: readonly number[]): void =>
  must(expected.includes(status), `The webhook got the status ${status}`);

/** A refused webhook has no effect. */
function refusedWebhookCell(title: string, change: (world: MatrixWorld) => WebhookChange, status: number): MatrixCell {
  return webhookCell(title, slow, async (job) => {
    const { version } = await job.running();
    mustHaveStatus(await job.call(change(job.world)), [status]);
    must((await job.world.generation(job.id)).version === version, "The generation changed");
    const { state } = await job.endAtOnce();
    must(state === "running", `The generation was ${state} at once`);
    return holds(job.world, await job.end(), "completed", 1);
  });
}

/** A forged webhook must not resume an attempt whose job is unknown. */
const forgedWithoutResponse = webhookCell("forged webhook instead of a lost response", lost, async (job) => {
  await job.world.runTo(job.id, "reconciling");
  mustHaveStatus(await job.call({ forged: true }), [401]);
  return holds(job.world, await job.end(), "outcome_unknown", 1);
});

/** Webhooks at each stage of a job, and invalid ones. */
export const cellsOfWebhooks: readonly MatrixCell[] = [
  webhookCell("webhook before the response", slow, async (job) => {
    let status = 0;
    job.world.line.hooks.afterPaid = async () => {
      status = await job.call();
    };
    const generation = await job.end();
    mustHaveStatus(status, [200]);
    return holds(job.world, generation, "completed", 1);
  }),
  webhookCell("webhook instead of the response", lost, async (job) => {
    await job.world.runTo(job.id, "reconciling");
    mustHaveStatus(await job.call(), [200]);
    return holds(job.world, await job.end(), "completed", 1);
  }),
  webhookCell("webhook instead of the poll", slow, async (job) => {
    await job.running();
    mustHaveStatus(await job.call(), [200]);
    return holds(job.world, await job.endAtOnce(), "completed", 1);
  }),
  webhookCell("webhook after the poll", slow, async (job) => {
    const { version } = await job.end();
    mustHaveStatus(await job.call(), [200, 202]);
    const generation = await job.endAtOnce();
    must(generation.version === version, "The generation changed after its end");
    return holds(job.world, generation, "completed", 1);
  }),
  webhookCell("webhook three times", slow, async (job) => {
    await job.running();
    for (let count = 0; count < 2; count += 1) mustHaveStatus(await job.call(), [200]);
    const generation = await job.end();
    mustHaveStatus(await job.call(), [200, 202]);
    return holds(job.world, generation, "completed", 1);
  }),
  webhookCell("missing webhook", slow, async (job) => holds(job.world, await job.end(), "completed", 1)),
  refusedWebhookCell("forged webhook", () => ({ forged: true }), 401),
  refusedWebhookCell("expired webhook", ({ clock }) => ({ timestamp: clock.now() - lateMs }), 401),
  refusedWebhookCell("webhook from the future", ({ clock }) => ({ timestamp: clock.now() + lateMs }), 401),
  refusedWebhookCell("webhook about another job", () => ({ id: "another-job" }), 202),
  forgedWithoutResponse,
];
