import type { GenerationRecord } from "../../generation/generation-record.js";
import type { CallBackChange, VendorBehavior } from "../vendors/fake-vendor.js";
import { type CellEnd, type MatrixCell, must, noCallBacks, notApplicable, type Stage } from "./cell.js";
import type { MatrixWorld } from "./matrix-world.js";
import { holds } from "./play-one.js";

const lateMs = 600_000;

/** A generation whose vendor calls back. */
class CalledBack {
  readonly world: MatrixWorld;
  readonly id: string;

  constructor(world: MatrixWorld, id: string) {
    this.world = world;
    this.id = id;
  }

  /** The vendor has ended the job, and says so. Answers the status of the server's answer. */
  async call(change: CallBackChange = {}): Promise<number> {
    const { clock, vendor } = this.world;
    const paid = vendor.paid.at(-1);
    if (paid === undefined || vendor.callBack === undefined) throw new Error("There is nothing to call back about.");
    vendor.finish(paid.id);
    return this.world.deliver(await vendor.callBack(paid, { timestamp: clock.now(), ...change }));
  }

  running(): Promise<GenerationRecord> {
    return this.world.runTo(this.id, "running");
  }

  /** Without that any time passes: nobody waited for the next poll. */
  async endAtOnce(): Promise<GenerationRecord> {
    for (let steps = 0; steps < 3; steps += 1) await this.world.step();
    return this.world.generation(this.id);
  }

  end(): Promise<GenerationRecord> {
    return this.world.runToEnd(this.id);
  }
}

function calledBack(
  title: string,
  behavior: VendorBehavior,
  play: (job: CalledBack, stage: Stage) => Promise<CellEnd>,
): MatrixCell {
  return {
    title: `call-back ${title}`,
    play: async (stage) => {
      const reason = noCallBacks(stage);
      if (reason !== null) return notApplicable(reason);
      const world = await stage.open({ callsBack: true });
      world.vendor.plan(behavior);
      return play(new CalledBack(world, await world.submit()), stage);
    },
  };
}

const slow = { type: "succeed", notYet: 2 } as const;
const lost = { type: "lose", taken: true } as const;

const mustAnswer = (status: number, expected: readonly number[]): void =>
  must(expected.includes(status), `The call-back was answered with ${status}`);

/** A call-back that is refused leaves nothing: it is as if it had never come. */
function refusedCall(title: string, change: (world: MatrixWorld) => CallBackChange, status: number): MatrixCell {
  return calledBack(title, slow, async (job) => {
    const { version } = await job.running();
    mustAnswer(await job.call(change(job.world)), [status]);
    must((await job.world.generation(job.id)).version === version, "It has changed");
    const { state } = await job.endAtOnce();
    must(state === "running", `It was ${state} at once`);
    return holds(job.world, await job.end(), "completed", 1);
  });
}

/** Forged while nothing is known of the job, it must not bring one home. */
const forgedInsteadOfReply = calledBack("forged, instead of a lost reply", lost, async (job) => {
  await job.world.runTo(job.id, "reconciling");
  mustAnswer(await job.call({ forged: true }), [401]);
  return holds(job.world, await job.end(), "outcome_unknown", 1);
});

/** What vendors say when a job has ended, at every time and with every fault. */
export const cellsOfCallBacks: readonly MatrixCell[] = [
  calledBack("before the reply", slow, async (job) => {
    let status = 0;
    job.world.line.hooks.afterPaid = async () => {
      status = await job.call();
    };
    const generation = await job.end();
    mustAnswer(status, [200]);
    return holds(job.world, generation, "completed", 1);
  }),
  calledBack("instead of the reply", lost, async (job) => {
    await job.world.runTo(job.id, "reconciling");
    mustAnswer(await job.call(), [200]);
    return holds(job.world, await job.end(), "completed", 1);
  }),
  calledBack("instead of the poll", slow, async (job) => {
    await job.running();
    mustAnswer(await job.call(), [200]);
    return holds(job.world, await job.endAtOnce(), "completed", 1);
  }),
  calledBack("after the poll", slow, async (job) => {
    const { version } = await job.end();
    mustAnswer(await job.call(), [200, 202]);
    const generation = await job.endAtOnce();
    must(generation.version === version, "It has changed after its end");
    return holds(job.world, generation, "completed", 1);
  }),
  calledBack("three times", slow, async (job) => {
    await job.running();
    for (let count = 0; count < 2; count += 1) mustAnswer(await job.call(), [200]);
    const generation = await job.end();
    mustAnswer(await job.call(), [200, 202]);
    return holds(job.world, generation, "completed", 1);
  }),
  calledBack("that never comes", slow, async (job) => holds(job.world, await job.end(), "completed", 1)),
  refusedCall("forged", () => ({ forged: true }), 401),
  refusedCall("stale", ({ clock }) => ({ timestamp: clock.now() - lateMs }), 401),
  refusedCall("of the future", ({ clock }) => ({ timestamp: clock.now() + lateMs }), 401),
  refusedCall("about another job", () => ({ id: "somebody-elses-job" }), 202),
  forgedInsteadOfReply,
];
