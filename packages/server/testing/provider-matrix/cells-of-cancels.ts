import type { GenerationState } from "../../src/lib/generation/generation-state.js";
import { canFind, type MatrixCell, must, noRateLimit, notApplicable, type Stage } from "./cell.js";
import type { MatrixWorld } from "./matrix-world.js";
import { holds } from "./play-one.js";

/** Nothing was sent yet, so nothing is paid. */
const whileQueued: MatrixCell = {
  title: "cancel while queued",
  play: async ({ open }) => {
    const world = await open();
    const id = await world.submit();
    await world.cancel(id);
    return holds(world, await world.runToEnd(id), "canceled", 0);
  },
};

const whileRetrying: MatrixCell = {
  title: "cancel between two attempts",
  play: async (stage) => {
    const reason = noRateLimit(stage);
    if (reason !== null) return notApplicable(reason);
    const world = await stage.open();
    world.vendor.plan({ type: "refuse", code: "rate_limited", retryAfter: "5" }, { type: "succeed" });
    const id = await world.submit();
    await cancelIn(world, id, "retry_wait");
    return holds(world, await world.runToEnd(id), "canceled", 0);
  },
};

const whileSubmitting: MatrixCell = {
  title: "cancel during the paid request",
  play: async (stage) => {
    const world = await stage.open();
    world.vendor.plan({ type: "succeed", runningPolls: 3 });
    const id = await world.submit();
    world.line.hooks.afterPaid = () => world.cancel(id);
    return afterCancel(stage, world, id);
  },
};

const whileRunning: MatrixCell = {
  title: "cancel while running",
  play: async (stage) => {
    if (!stage.provider.capabilities.resumable) return notApplicable("it blocks: it never runs unattended");
    const world = await stage.open();
    world.vendor.plan({ type: "succeed", runningPolls: 3 });
    const id = await world.submit();
    await cancelIn(world, id, "running");
    return afterCancel(stage, world, id);
  },
};

const whileLost: MatrixCell = {
  title: "cancel while a lost response is looked up",
  play: async ({ open, provider }) => {
    if (!canFind(provider) && !provider.capabilities.webhook) {
      return notApplicable("there is no lookup after a lost response, and no webhook");
    }
    const world = await open({ hasWebhooks: true });
    world.vendor.plan({ type: "lose", accepted: true });
    const id = await world.submit();
    await cancelIn(world, id, "reconciling");
    const generation = await world.runToEnd(id);
    // A job that is found has already ended.
    return holds(world, generation, canFind(provider) ? "completed" : "canceled", 1);
  },
};

const whileStoring: MatrixCell = {
  title: "cancel while the image is stored",
  play: async ({ open }) => {
    const world = await open();
    const id = await world.submit();
    let isCanceled = false;
    world.onStoring = async () => {
      if (!isCanceled) await world.cancel(id);
      isCanceled = true;
    };
    const generation = await world.runToEnd(id);
    must(isCanceled, "Nothing was stored");
    return holds(world, generation, "completed", 1);
  },
};

const afterEnd: MatrixCell = {
  title: "cancel after the end",
  play: async ({ open }) => {
    const world = await open();
    const id = await world.submit();
    const before = await world.runToEnd(id);
    await world.cancel(id);
    must((await world.generation(id)).version === before.version, "The generation changed after its end");
    return holds(world, await world.generation(id), "completed", 1);
  },
};

async function cancelIn(world: MatrixWorld, id: string, state: GenerationState): Promise<void> {
  const generation = await world.runTo(id, state);
  must(generation.state === state, `The generation was never ${state}`);
  await world.cancel(id);
}

/** If the vendor can cancel, it receives the cancellation. Otherwise the paid output is delivered. */
async function afterCancel({ stopsRunning }: Stage, world: MatrixWorld, id: string) {
  const generation = await world.runToEnd(id);
  if (!stopsRunning) return holds(world, generation, "completed", 1);
  must(world.vendor.canceled.length === 1, "The vendor received no cancel request");
  return holds(world, generation, "canceled", 1);
}

/** Cancellation by the owner in each state. */
export const cellsOfCancels: readonly MatrixCell[] = [
  whileQueued,
  whileSubmitting,
  whileRunning,
  whileRetrying,
  whileLost,
  whileStoring,
  afterEnd,
];
